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

    /// Taps with an upload that is still to be delivered or was refused for good, or only the latter, among the next so many rows
    /// behind `row`, oldest first.
    public func taps(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(StorageError) -> RowSlice<StoredTap> {
        guard !isRefused || books.refused.total > 0, let last = try last("taps", after: row, rows) else {
            return RowSlice(records: [], last: nil)
        }
        let condition = "row > \(row) AND row <= \(last) AND \(isRefused ? "refused" : "(pending OR refused)")"
        return RowSlice(records: try TapTable.select(where: condition, limit: rows, database), last: last)
    }

    /// All positions that are kept and were not collected, oldest first.
    public func storedPositions(after row: Int64 = 0, limit: Int) throws(StorageError) -> [StoredPosition] {
        try PositionTable.select(where: "row > \(row) AND collected = 0", limit: limit, database)
    }

    /// Positions that are kept and were not collected, or only those that were refused for good, among the next so many rows
    /// behind `row`, oldest first.
    public func positions(
        isRefused: Bool, after row: Int64, lookingAt rows: Int
    ) throws(StorageError) -> RowSlice<StoredPosition> {
        guard !isRefused || books.refusedPositions > 0, let last = try last("positions", after: row, rows) else {
            return RowSlice(records: [], last: nil)
        }
        let condition = "row > \(row) AND row <= \(last) AND \(isRefused ? "refused" : "collected = 0")"
        return RowSlice(records: try PositionTable.select(where: condition, limit: rows, database), last: last)
    }

    /// The last of the next so many rows behind `row`; nil when there is none.
    private func last(_ table: String, after row: Int64, _ rows: Int) throws(StorageError) -> Int64? {
        try database.integer("SELECT max(row) FROM (SELECT row FROM \(table) WHERE row > \(row) ORDER BY row LIMIT \(rows))")
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
