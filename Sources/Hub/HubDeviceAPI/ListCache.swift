import Fares
import Gzip
import HubDomain
import HubStore
import PlatformAPI

/// Writes each version of a list once, however many devices fetch it, page by page, so that a list of a million cards never holds up a tap.
actor ListCache {
    /// Lists held at once; beyond, the one fetched longest ago is written anew when it is wanted.
    private static let maximumLists = 8
    private static let pieceBytes = 65536
    private static let cardsAtOnce = 2000

    private struct Entry {
        var edition: ListEdition
        var list: Task<RenderedList, any Error>
    }

    private let store: any HubStore
    /// The one fetched last comes last.
    private var entries: [Entry] = []

    init(_ store: any HubStore) {
        self.store = store
    }

    /// The list as it is in force now.
    func list(_ selection: ListSelection) async throws -> RenderedList {
        let edition = try await store.edition(of: selection)
        let entry: Entry
        if let index = entries.firstIndex(where: { $0.edition == edition }) {
            entry = entries.remove(at: index)
        } else {
            entry = Entry(edition: edition, list: Task { [store] in try await Self.render(edition, from: store) })
            entries.removeAll { $0.edition.selection == selection }
            if entries.count >= Self.maximumLists { entries.removeFirst() }
        }
        entries.append(entry)
        do {
            return try await entry.list.value
        } catch {
            entries.removeAll { $0.edition == edition }
            throw error
        }
    }

    private static func render(_ edition: ListEdition, from store: any HubStore) async throws -> RenderedList {
        var writer = ListReplyWriter(requestID: nil, enterpriseID: "", version: "", preparationMilliseconds: 0)
        // The head, which each reply writes for itself.
        _ = writer.take()
        let pieces = CompressedPieces()
        var after: CardNumber?
        repeat {
            let page = try await store.cards(of: edition, after: after, limit: cardsAtOnce)
            for entry in page.entries {
                writer.append(entry)
                if writer.pendingBytes >= pieceBytes { pieces.append(writer.take()) }
            }
            after = page.next
        } while after != nil
        pieces.append(writer.finish())
        return RenderedList(
            version: edition.version, versionText: edition.versionText,
            isMissing: edition.version == 0 && edition.selection.isPlatforms, pieces: pieces.plain,
            compressed: pieces.finish())
    }

    /// Pieces of a list, compressed as they come.
    private final class CompressedPieces {
        private(set) var plain: [[UInt8]] = []
        private var deflater: Deflater? = Deflater()

        func append(_ piece: [UInt8]) {
            plain.append(piece)
            deflater?.append(piece)
        }

        /// To be called once.
        func finish() -> CompressedTail {
            guard let deflater = deflater.take() else { preconditionFailure("a list was finished twice") }
            return deflater.finish()
        }
    }
}
