import SQLite
import ValidatorCore

/// What people ask to see. Long listings come in pages: go on behind the last row of the page before.
extension Outbox {
    /// The latest taps, whatever became of them, newest first.
    public func recentTaps(limit: Int) throws(StorageError) -> [StoredTap] {
        try TapTable.select(where: "TRUE", descending: true, limit: limit, database)
    }

    /// Taps with an upload that is still to be delivered or was refused for good, oldest first.
    public func unfinishedTaps(after row: Int64 = 0, limit: Int) throws(StorageError) -> [StoredTap] {
        try TapTable.select(where: "row > \(row) AND (pending OR refused)", limit: limit, database)
    }

    /// Taps with an upload that was refused for good, oldest first.
    public func refusedTaps(after row: Int64 = 0, limit: Int) throws(StorageError) -> [StoredTap] {
        guard books.refused.total > 0 else { return [] }
        return try TapTable.select(where: "row > \(row) AND refused", limit: limit, database)
    }

    /// All positions that are kept and were not collected, oldest first.
    public func storedPositions(after row: Int64 = 0, limit: Int) throws(StorageError) -> [StoredPosition] {
        try PositionTable.select(where: "row > \(row) AND collected = 0", limit: limit, database)
    }

    /// Positions that were refused for good, oldest first.
    public func refusedPositions(after row: Int64 = 0, limit: Int) throws(StorageError) -> [StoredPosition] {
        guard books.refusedPositions > 0 else { return [] }
        return try PositionTable.select(where: "row > \(row) AND refused", limit: limit, database)
    }

    /// When the oldest of what is still to be delivered happened; nil when there is nothing.
    public mutating func oldestPending() throws(StorageError) -> Stamp? {
        var oldest: [Stamp] = []
        if books.pending.total > 0, let tap = try taps.pending(from: books.firstPending, limit: 1).first {
            books.firstPending = tap.row
            oldest.append(tap.tap.stamp)
        }
        if books.positions > 0, let position = try positions.pending(from: 0, limit: 1).first {
            oldest.append(position.record.stamp)
        }
        return oldest.min { $0.wall < $1.wall }
    }
}
