import Base
import Fares
import SQLite
import ValidatorCore

/// The inside of a snapshot: one row that says what it is, and the tables' images in chunks of 1 MiB, each with its checksum.
/// The row's own checksum covers its values and the chunks' checksums, so that nothing changes unnoticed.
enum SnapshotFile {
    /// `PRAGMA user_version`.
    private static let format: Int64 = 1
    private static let chunkBytes = 1 << 20

    static func write(_ list: HeldList, kind: ListKind, path: String) throws(StorageError) -> SnapshotID {
        let database = try Database(path: path)
        // The file is nobody's until it is renamed, which happens after it has been synced: no journal, no syncs in between.
        try database.execute(
            """
            PRAGMA page_size = 65536;
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA user_version = \(format);
            BEGIN;
            CREATE TABLE snapshot (
                list TEXT NOT NULL, version TEXT NOT NULL, increment_version TEXT NOT NULL, adopted_ms INTEGER,
                image_format INTEGER NOT NULL,
                white_short_slots INTEGER NOT NULL, white_long_slots INTEGER NOT NULL,
                blocked_short_slots INTEGER NOT NULL, blocked_long_slots INTEGER NOT NULL,
                cards INTEGER NOT NULL, checksum INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, image BLOB NOT NULL) STRICT;
            """)
        let insertion = try database.prepare("INSERT INTO chunks (checksum, image) VALUES (?1, ?2)")
        let white = list.cards.white.image
        let blocked = list.cards.blocked.image
        var checksums: [UInt64] = []
        try write(white.short, by: insertion, &checksums)
        try write(white.long, by: insertion, &checksums)
        try write(blocked.short, by: insertion, &checksums)
        try write(blocked.long, by: insertion, &checksums)
        let header = SnapshotHeader(
            kind: kind, version: list.version, incrementVersion: list.incrementVersion, adopted: list.adopted,
            imageFormat: CardSet.imageFormat,
            slots: [white.short.count, white.long.count, blocked.short.count, blocked.long.count], cards: list.cards.count)
        let id = SnapshotID(checksum: header.checksum(with: checksums))
        try header.insert(id, into: database)
        try database.execute("COMMIT")
        return id
    }

    private static func write<Key>(
        _ image: [Key], by insertion: borrowing Statement, _ checksums: inout [UInt64]
    ) throws(StorageError) {
        var failure: StorageError?
        unsafe image.withUnsafeBytes { bytes in
            do throws(StorageError) {
                for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
                    let chunk = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunkBytes, bytes.count)])
                    let checksum = unsafe XXHash64.checksum(of: chunk)
                    checksums.append(checksum)
                    try insertion.bind(Int64(bitPattern: checksum), at: 1)
                    try unsafe insertion.bind(inPlace: chunk, at: 2)
                    try insertion.run()
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    static func read(kind: ListKind, path: String) throws(StorageError) -> (HeldList, SnapshotID) {
        let database = try Database(path: path, mode: .readOnly)
        try database.execute("PRAGMA locking_mode = EXCLUSIVE")
        let found = try database.integer("PRAGMA user_version")
        guard found == format else {
            throw StorageError(kind: .damaged, what: "\(path): a snapshot of format \(found ?? 0), not \(format)")
        }
        let (header, checksum) = try SnapshotHeader.select(from: database)
        let checksums = try checksums(of: database)
        guard header.checksum(with: checksums) == checksum else {
            throw StorageError(kind: .damaged, what: "\(path): wrong checksum of the list's description")
        }
        guard header.kind == kind, header.imageFormat == CardSet.imageFormat else {
            throw StorageError(kind: .damaged, what: "\(path): a \(header.kind.name) list of another release")
        }
        var chunk = 0
        let whiteShort: [UInt64] = try readTable(header.slots[0], database, checksums, &chunk)
        let whiteLong: [UInt128] = try readTable(header.slots[1], database, checksums, &chunk)
        let blockedShort: [UInt64] = try readTable(header.slots[2], database, checksums, &chunk)
        let blockedLong: [UInt128] = try readTable(header.slots[3], database, checksums, &chunk)
        guard let white = CardSet(short: whiteShort, long: whiteLong),
            let blocked = CardSet(short: blockedShort, long: blockedLong),
            white.count + blocked.count == header.cards
        else { throw StorageError(kind: .damaged, what: "\(path): the tables do not hold \(header.cards) cards") }
        let list = HeldList(
            version: header.version, incrementVersion: header.incrementVersion, adopted: header.adopted,
            cards: CardList(white: white, blocked: blocked))
        return (list, SnapshotID(checksum: checksum))
    }

    private static func checksums(of database: borrowing Database) throws(StorageError) -> [UInt64] {
        let rows = try database.prepare("SELECT checksum FROM chunks ORDER BY chunk")
        var checksums: [UInt64] = []
        while try rows.step() { checksums.append(UInt64(bitPattern: rows.integer(0) ?? 0)) }
        return checksums
    }

    /// Reads the chunks of one table straight into its array. `chunk` is the number of chunks read before.
    private static func readTable<Key: FixedWidthInteger>(
        _ slots: Int, _ database: borrowing Database, _ checksums: [UInt64], _ chunk: inout Int
    ) throws(StorageError) -> [Key] {
        var failure: StorageError?
        let table = unsafe [Key](unsafeUninitializedCapacity: slots) { buffer, initialized in
            let bytes = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: slots * MemoryLayout<Key>.stride)
            do throws(StorageError) {
                for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
                    let part = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: bytes[start..<min(start + chunkBytes, bytes.count)])
                    try unsafe readChunk(chunk, into: part, database, checksums)
                    chunk += 1
                }
                initialized = slots
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return table
    }

    @unsafe private static func readChunk(
        _ index: Int, into part: UnsafeMutableRawBufferPointer, _ database: borrowing Database, _ checksums: [UInt64]
    ) throws(StorageError) {
        guard index < checksums.count else {
            throw StorageError(kind: .damaged, what: "\(database.path): chunk \(index + 1) is missing")
        }
        let blob = try IncrementalBlob(database, table: "chunks", column: "image", row: Int64(index + 1))
        guard blob.count == part.count else {
            throw StorageError(kind: .damaged, what: "\(database.path): chunk \(index + 1) has a wrong length")
        }
        try unsafe blob.read(into: part, database)
        guard unsafe XXHash64.checksum(of: UnsafeRawBufferPointer(part)) == checksums[index] else {
            throw StorageError(kind: .damaged, what: "\(database.path): wrong checksum of chunk \(index + 1)")
        }
    }
}
