import Base
import Fares
import SQLite
import ValidatorCore

/// The one row that says what a snapshot is.
struct SnapshotHeader {
    var kind: ListKind
    var version: String
    var incrementVersion: String
    var adopted: WallTime?
    /// `CardSet.imageFormat` of the release that wrote it.
    var imageFormat: Int
    /// Slots of the tables: white short, white long, blocked short, blocked long.
    var slots: [Int]
    /// Members of all tables.
    var cards: Int

    /// Over all of the above and the checksums of the chunks.
    func checksum(with chunks: [UInt64]) -> UInt64 {
        let adopted = adopted.map { String($0.milliseconds) } ?? "-"
        let values = "\(kind.name)\n\(version)\n\(incrementVersion)\n\(adopted)\n\(imageFormat)\n\(slots)\n\(cards)\n\(chunks)"
        return XXHash64.checksum(of: Array(values.utf8))
    }

    func insert(_ id: SnapshotID, into database: borrowing Database) throws(StorageError) {
        let row = try database.prepare("INSERT INTO snapshot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        try row.bind(kind.name, at: 1)
        try row.bind(version, at: 2)
        try row.bind(incrementVersion, at: 3)
        try row.bind(adopted?.milliseconds, at: 4)
        try row.bind(imageFormat, at: 5)
        for (index, count) in slots.enumerated() { try row.bind(count, at: Int32(6 + index)) }
        try row.bind(cards, at: 10)
        try row.bind(id.column, at: 11)
        try row.run()
    }

    static func select(from database: borrowing Database) throws(StorageError) -> (SnapshotHeader, checksum: UInt64) {
        let row = try database.prepare("SELECT * FROM snapshot")
        guard try row.step(), let name = row.text(0), let kind = ListKind.allCases.first(where: { $0.name == name }),
            let version = row.text(1), let incrementVersion = row.text(2), let imageFormat = row.integer(4),
            let cards = row.integer(9), let checksum = row.integer(10)
        else { throw StorageError(kind: .damaged, what: "\(database.path): the list's description is missing") }
        var slots: [Int] = []
        for index in 0..<4 as Range<Int32> { slots.append(Int(row.integer(5 + index) ?? 0)) }
        let header = SnapshotHeader(
            kind: kind, version: version, incrementVersion: incrementVersion, adopted: row.wallTime(3),
            imageFormat: Int(imageFormat),
            slots: slots, cards: Int(cards))
        return (header, UInt64(bitPattern: checksum))
    }
}
