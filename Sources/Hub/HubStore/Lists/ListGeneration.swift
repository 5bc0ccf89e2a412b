import HubDomain

/// What is known of one load of a list; its cards lie in a table of their own.
public struct ListGeneration: Hashable, Sendable {
    /// Raw values are the column's.
    public enum State: Int64, Sendable {
        case loading = 0
        case inForce = 1
        /// Replaced, or given up; its cards are deleted after a while.
        case retired = 2
        /// Loaded, and kept for an operator, who adopts or discards it.
        case held = 3
    }

    public var id: Int64
    /// `ListSelection.generationLine` of its list: empty for the white list.
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
    /// What the platform calls its version; empty for a list of the hub's own, whose version is its name.
    public var name: String

    public init(
        id: Int64, line: String, version: Int64, state: State, isFull: Bool, rows: Int64, changed: Int64, name: String = ""
    ) {
        (self.id, self.line, self.version, self.state, self.name) = (id, line, version, state, name)
        (self.isFull, self.rows, self.changed) = (isFull, rows, changed)
    }

    /// Whether it is worth a version: an increment of the hub's own white list that changes nothing is not; the platform's has been named.
    public var makesVersion: Bool { rows > 0 || isFull || !line.isEmpty || !name.isEmpty }
}

extension ListEdition {
    /// The edition that the generations of its list make that are in force; others may be among `generations`.
    public init(_ selection: ListSelection, of generations: [ListGeneration]) {
        self.init(selection)
        let inForce = generations.filter { $0.state == .inForce }.sorted { $0.version < $1.version }
        let last: ListGeneration?
        switch selection {
        case .cards, .enterpriseCards:
            last = inForce.last { $0.isFull }
            self.generations = inForce.map(\.id)
        case .cardIncrement, .enterpriseIncrement:
            let increments = inForce.filter { !$0.isFull }
            last = increments.last
            self.generations = increments.map(\.id)
        case .line(nil): return
        case .line, .deviceLine:
            last = inForce.last
            self.generations = inForce.map(\.id)
        }
        version = last?.version ?? 0
        name = last?.name ?? ""
    }
}

extension ListSelection {
    /// Whether it is only what changed since a full list.
    public var isIncrement: Bool {
        switch self {
        case .cardIncrement, .enterpriseIncrement: true
        case .cards, .line, .enterpriseCards, .deviceLine: false
        }
    }

    /// `ListGeneration.line` of the generations that it is made of; nil for a device on no line.
    public var generationLine: String? {
        switch self {
        case .cards, .cardIncrement: ""
        case .line(let line): line
        // No line's name begins so.
        case .enterpriseCards(let id), .enterpriseIncrement(let id): "\(Self.enterprisePrefix)\(id)"
        case .deviceLine(let id): "\(Self.deviceLinePrefix)\(id)"
        }
    }

    /// `generationLine` of a list that is to be loaded.
    public var loadedLine: String {
        get throws(HubStoreError) {
            guard let generationLine else { throw HubStoreError(.rejected, "a device on no line has no list of its own") }
            return generationLine
        }
    }

    /// The list of a full generation of that `ListGeneration.line`.
    public init(generationLine line: String) {
        if line.isEmpty {
            self = .cards
        } else if line.hasPrefix(Self.enterprisePrefix) {
            self = .enterpriseCards(enterpriseID: String(line.dropFirst()))
        } else if line.hasPrefix(Self.deviceLinePrefix) {
            self = .deviceLine(deviceID: String(line.dropFirst()))
        } else {
            self = .line(line)
        }
    }

    private static let enterprisePrefix = "\u{1}"
    private static let deviceLinePrefix = "\u{2}"

    /// Whether a generation of that line is of a list of the platform's.
    static func isPlatformList(_ line: String) -> Bool {
        line.hasPrefix(enterprisePrefix) || line.hasPrefix(deviceLinePrefix)
    }
}
