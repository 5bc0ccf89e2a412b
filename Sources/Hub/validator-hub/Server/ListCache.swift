import Fares
import HubDomain
import HubServices
import PlatformAPI

/// Writes each version of a list once, however many devices fetch it, on a connection of its own, so that a list of a
/// million cards never holds up a tap.
actor ListCache {
    /// Lists held at once; beyond, the one fetched longest ago is written anew when it is wanted.
    private static let maximumLists = 8
    private static let pieceBytes = 65536

    private struct Entry {
        var selection: ListSelection
        /// The state of the database that it was written from.
        var key: [Int64]
        var list: RenderedList
    }

    private let database: HubDatabase
    /// The one fetched last comes last.
    private var entries: [Entry] = []

    init(path: String) throws {
        database = try HubDatabase(path: path)
    }

    /// The list as the database has it now.
    func list(_ selection: ListSelection) throws -> RenderedList {
        try database.snapshot {
            let key = try key(of: selection)
            if let index = entries.firstIndex(where: { $0.selection == selection && $0.key == key }) {
                let entry = entries.remove(at: index)
                entries.append(entry)
                return entry.list
            }
            let list = RenderedList(version: String(version(of: selection, key)), pieces: try pieces(of: selection, key))
            entries.removeAll { $0.selection == selection }
            if entries.count >= Self.maximumLists { entries.removeFirst() }
            entries.append(Entry(selection: selection, key: key, list: list))
            return list
        }
    }

    /// Every version that the list's content depends on.
    private func key(of selection: ListSelection) throws -> [Int64] {
        switch selection {
        case .cards, .cardIncrement:
            let versions = try database.cards.versions()
            return [versions.full, versions.increment]
        case .line(let line):
            return [try line.flatMap { try database.cards.version(ofLine: $0) } ?? 0]
        }
    }

    private func version(of selection: ListSelection, _ key: [Int64]) -> Int64 {
        selection == .cardIncrement ? key[1] : key[0]
    }

    private func pieces(of selection: ListSelection, _ key: [Int64]) throws -> [[UInt8]] {
        var writer = ListReplyWriter(requestID: nil, enterpriseID: "", version: "", preparationMilliseconds: 0)
        // The head, which each reply writes for itself.
        _ = writer.take()
        var pieces: [[UInt8]] = []
        func append(_ text: String, _ isListed: Bool) {
            guard let card = CardNumber(text) else { return }
            writer.append(CardListEntry(card: card, isListed: isListed))
            if writer.pendingBytes >= Self.pieceBytes { pieces.append(writer.take()) }
        }
        switch selection {
        case .cards: try database.cards.forEach(append)
        case .cardIncrement: try database.cards.forEach(changedAfter: key[0], append)
        case .line(let line?): try database.cards.forEach(ofLine: line, append)
        case .line(nil): break
        }
        pieces.append(writer.finish())
        return pieces
    }
}
