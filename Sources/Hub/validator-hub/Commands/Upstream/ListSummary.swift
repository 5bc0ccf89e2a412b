import Base
import HubDomain
import HubStore
import JSON
import PlatformAPI

/// A list in force, or one that is held, in a few words.
enum ListSummary {
    /// With the standings of the list and of its increment, where there are any.
    case inForce(ListSelection, [ListGeneration], ListStanding?, increment: ListStanding?)
    case held(ListGeneration)

    /// List by list, each in force and then held.
    static func all(of generations: [ListGeneration], _ standings: [ListStanding]) -> [ListSummary] {
        let byLine = Dictionary(grouping: generations, by: \.line)
        var summaries: [ListSummary] = []
        for (line, own) in byLine.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let inForce = own.filter { $0.state == .inForce }
            let selection = ListSelection(generationLine: line)
            func standing(_ selection: ListSelection?) -> ListStanding? { standings.first { $0.selection == selection } }
            if !inForce.isEmpty {
                summaries.append(.inForce(selection, inForce, standing(selection), increment: standing(selection.increment)))
            }
            for held in own where held.state == .held { summaries.append(.held(held)) }
        }
        return summaries
    }

    private static func cards(_ generations: [ListGeneration], isFull: Bool) -> Int64 {
        generations.filter { $0.isFull == isFull }.reduce(0) { $0 + $1.rows }
    }

    var json: JSONValue {
        switch self {
        case .held(let held):
            return [
                "list": .string(held.selection.kind), "of": held.selection.owner.map { .string($0) } ?? .null, "state": "held",
                "id": .int(held.id), "version": .string(held.name), "cards": .int(held.rows), "increment_version": .null,
                "changes": .int(0), "held_since_ms": .int(held.changed),
            ]
        case .inForce(let selection, let generations, let standing, let incrementStanding):
            let edition = ListEdition(selection, of: generations)
            let increment = selection.increment.map { ListEdition($0, of: generations) }
            func number(_ count: Int?) -> JSONValue { count.map { .int($0) } ?? .null }
            return [
                "list": .string(selection.kind), "of": selection.owner.map { .string($0) } ?? .null, "state": "in_force",
                "id": .null, "version": .string(edition.versionText),
                "cards": .int(Self.cards(generations, isFull: true)),
                "increment_version": increment.map { .string($0.versionText) } ?? .null,
                "changes": .int(Self.cards(generations, isFull: false)),
                "in_force_since_ms": .int(edition.since.milliseconds), "devices": number(standing?.devices),
                "told": number(standing?.told), "fetched": number(standing?.fetched), "adopted": number(standing?.adopted),
                "increment_told": number(incrementStanding?.told), "increment_fetched": number(incrementStanding?.fetched),
                "increment_adopted": number(incrementStanding?.adopted),
            ]
        }
    }

    func line(zone: some TimeZoneRules) -> String {
        func since(_ milliseconds: Int64) -> String {
            "since \(TimeFormat.datetime.text(zone.civil(WallTime(milliseconds: milliseconds))))"
        }
        switch self {
        case .held(let held):
            return [
                held.title, "HELD \(held.id)", "version=\(held.name.logField)", "cards=\(held.rows)", since(held.changed),
            ].joined(separator: "  ")
        case .inForce(let selection, let generations, let standing, let incrementStanding):
            func progress(_ standing: ListStanding) -> String {
                "told=\(standing.told) fetched=\(standing.fetched) adopted=\(standing.adopted) of \(standing.devices)"
            }
            var words = [
                selection.title, "version=\(ListEdition(selection, of: generations).versionText.logField)",
                "cards=\(Self.cards(generations, isFull: true))",
            ]
            if let increment = selection.increment.map({ ListEdition($0, of: generations) }), increment.version > 0 {
                words.append("increment=\(increment.versionText.logField)")
            }
            let changes = Self.cards(generations, isFull: false)
            if changes > 0 { words.append("changes=\(changes)") }
            words.append(since(generations.map(\.changed).max() ?? 0))
            if let standing { words.append(progress(standing)) }
            if let incrementStanding { words.append("increment: \(progress(incrementStanding))") }
            return words.joined(separator: "  ")
        }
    }
}

extension ListGeneration {
    fileprivate var selection: ListSelection { ListSelection(generationLine: line) }
    var title: String { selection.title }
}

extension ListSelection {
    /// Whose it is; nil of the hub's own white list.
    fileprivate var owner: String? {
        switch self {
        case .cards, .cardIncrement: nil
        case .line(let line): line
        case .enterpriseCards(let id), .enterpriseIncrement(let id), .deviceLine(let id): id
        }
    }

    fileprivate var kind: String {
        switch self {
        case .cards, .cardIncrement: "cards"
        case .line: "line"
        case .enterpriseCards, .enterpriseIncrement: "enterprise_cards"
        case .deviceLine: "device_line"
        }
    }

    /// What changed in it since; nil of lists of which that is not kept apart.
    fileprivate var increment: ListSelection? {
        switch self {
        case .cards: .cardIncrement
        case .enterpriseCards(let id): .enterpriseIncrement(enterpriseID: id)
        case .cardIncrement, .line, .enterpriseIncrement, .deviceLine: nil
        }
    }

    fileprivate var title: String {
        let owner = (owner ?? "").logField
        return switch self {
        case .cards, .cardIncrement: "the white list"
        case .line: "the list of line \(owner)"
        case .enterpriseCards, .enterpriseIncrement: "the white list of enterprise \(owner)"
        case .deviceLine: "the line list of device \(owner)"
        }
    }
}
