import HubDomain

/// What is known of one load of a list; its cards lie in a table of their own.
public struct ListGeneration: Hashable, Sendable {
    /// Raw values are the column's.
    public enum State: Int64, Sendable {
        case loading = 0
        case inForce = 1
        /// Replaced, or given up; its cards are deleted after a while.
        case retired = 2
    }

    public var id: Int64
    /// Of the white list, where it is empty.
    public var line: String
    /// 0 before it comes into force.
    public var version: Int64
    public var state: State
    /// A whole list; otherwise what changed.
    public var isFull: Bool
    /// How many cards it has.
    public var rows: Int64
    /// When it last grew or changed its state, in milliseconds since 1970.
    public var changed: Int64

    public init(id: Int64, line: String, version: Int64, state: State, isFull: Bool, rows: Int64, changed: Int64) {
        (self.id, self.line, self.version, self.state) = (id, line, version, state)
        (self.isFull, self.rows, self.changed) = (isFull, rows, changed)
    }
}

extension ListEdition {
    /// The edition that the generations of its list make that are in force; others may be among `generations`.
    public init(_ selection: ListSelection, of generations: [ListGeneration]) {
        self.init(selection)
        let inForce = generations.filter { $0.state == .inForce }.sorted { $0.version < $1.version }
        switch selection {
        case .cards:
            version = inForce.last { $0.isFull }?.version ?? 0
            self.generations = inForce.map(\.id)
        case .cardIncrement:
            let increments = inForce.filter { !$0.isFull }
            version = increments.last?.version ?? 0
            self.generations = increments.map(\.id)
        case .line(nil): break
        case .line:
            version = inForce.last?.version ?? 0
            self.generations = inForce.map(\.id)
        }
    }
}

extension ListSelection {
    /// `ListGeneration.line` of the generations that it is made of; nil for a device on no line.
    public var generationLine: String? {
        switch self {
        case .cards, .cardIncrement: ""
        case .line(let line): line
        }
    }
}
