import Base
import Cryptography
import HubStore

/// Copies one store into another of whatever kind, table by table, and reads both to the end to compare them.
public struct StoreMove: Sendable {
    /// A table's content: how many rows, and a hash over all of them in the order of their key.
    public struct Content: Hashable, Sendable {
        public var rows = 0
        /// SHA-256
        public var hash: [UInt8] = []
    }

    /// A table that came over.
    public struct Moved: Hashable, Sendable {
        public var table: StoreTable
        public var content: Content
    }

    static let rowsAtOnce = 2000

    let source: any HubStore
    let target: any HubStore

    public init(from source: any HubStore, to target: any HubStore) {
        (self.source, self.target) = (source, target)
    }

    /// - Parameter told: of each table, once it is in both the same.
    /// - Throws: `HubStoreError`; of kind `conflict` where the target is not empty, which is left alone, and where the source changed
    ///   meanwhile, when the target is of no use.
    public func run(_ told: (Moved) throws -> Void) async throws {
        for table in StoreTable.all where try await !target.rows(of: table, after: nil, limit: 1).isEmpty {
            throw HubStoreError(
                .conflict, "the target is not empty: its table \(table.name) has rows", nextStep: "name an empty database")
        }
        for table in StoreTable.all {
            let copied = try await Self.content(of: table, in: source) { try await target.append($0, to: table) }
            guard try await Self.content(of: table, in: target) == copied else {
                throw HubStoreError(
                    .rejected, "table \(table.name) is not the same in the target",
                    nextStep: "keep the old database, and report it")
            }
            guard try await Self.content(of: table, in: source) == copied else {
                throw HubStoreError(
                    .conflict, "table \(table.name) changed while it was copied",
                    nextStep: "stop every hub on it, and begin again with an empty target")
            }
            try told(Moved(table: table, content: copied))
        }
    }

    /// - Parameter body: is handed each page.
    static func content(
        of table: StoreTable, in store: any HubStore, _ body: ([[StoreValue]]) async throws -> Void = { _ in }
    ) async throws -> Content {
        var content = Content()
        var digest = SHA256Digest()
        var last: [StoreValue]?
        while true {
            let page = try await store.rows(of: table, after: last, limit: rowsAtOnce)
            guard let end = page.last else { break }
            try await body(page)
            digest.append(page.flatMap { $0.flatMap(\.bytes) })
            content.rows += page.count
            last = Array(end.prefix(table.keyCount))
        }
        content.hash = digest.value
        return content
    }
}
