import Base
import HubDomain
import HubStore
import PlatformAPI
import SQLite

/// Calls on their way to the platform.
struct ForwardTable {
    private static let columns = StoreTable.forwards.columns.map(\.name).joined(separator: ", ")
    private static let newColumns = StoreTable.forwards.columns.dropFirst().map(\.name)
    private static let insert = """
        INSERT INTO forwards (\(newColumns.joined(separator: ", "))) VALUES (\(newColumns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (device_id, call, req_id) DO NOTHING
        """
    private static let update =
        "UPDATE forwards SET \(newColumns.dropFirst(3).map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?"
    /// So many ids are looked through for devices; with more, the devices are for their ids.
    static let idsLookedThrough: Int64 = 10_000

    let connection: Connection

    // MARK: What batches read and write

    func find(_ key: ForwardKey) throws(StorageError) -> Forward? {
        try connection.first(
            "SELECT \(Self.columns) FROM forwards WHERE device_id = ? AND call = ? AND req_id = ?", key.deviceID,
            key.call.rawValue, key.requestID, read: Self.forward)
    }

    func keep(_ forward: Forward) throws(StorageError) {
        let values = Array(StoreRow.row(forward).dropFirst())
        guard forward.id != 0 else { return try connection.run(Self.insert, values: values) }
        let former = try connection.first("SELECT state FROM forwards WHERE id = ?", forward.id) { $0.integer(0) ?? 0 }
        guard let former else { return }
        if former != Forward.State.waiting.rawValue, forward.state == .waiting {
            try delete(forward.id)
            try connection.run(Self.insert, values: values)
        } else {
            try connection.run(Self.update, values: Array(values.dropFirst(3)) + [.integer(forward.id)])
        }
    }

    private func delete(_ id: Int64) throws(StorageError) { try connection.run("DELETE FROM forwards WHERE id = ?", id) }

    // MARK: The queue

    func waitingDevices(after id: Int64) throws(StorageError) -> (devices: [String], last: Int64) {
        let newest = try connection.first("SELECT max(id) FROM forwards") { $0.integer(0) ?? 0 } ?? 0
        let last = max(id, newest)
        let sql = last - id <= Self.idsLookedThrough ? Self.devicesOfNewIDs : Self.devicesWithNewIDs
        return (try connection.all(sql, id) { $0.text(0) ?? "" }, last)
    }

    static let devicesOfNewIDs =
        "SELECT DISTINCT device_id FROM forwards NOT INDEXED WHERE id > ?1 AND state = 0 ORDER BY device_id"
    /// From one device to the next, however many calls each has.
    static let devicesWithNewIDs = """
        WITH RECURSIVE found (device_id) AS (
            SELECT * FROM (SELECT device_id FROM forwards INDEXED BY forwards_waiting WHERE state = 0 ORDER BY device_id LIMIT 1)
            UNION ALL
            SELECT (SELECT f.device_id FROM forwards f INDEXED BY forwards_waiting
                    WHERE f.state = 0 AND f.device_id > found.device_id ORDER BY f.device_id LIMIT 1)
            FROM found WHERE found.device_id IS NOT NULL
        )
        SELECT device_id FROM found WHERE device_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM forwards f INDEXED BY forwards_waiting WHERE f.state = 0 AND f.device_id = found.device_id AND f.id > ?1)
        """

    func waiting(of device: String, limit: Int, live: WallTime) throws(StorageError) -> [Forward] {
        let first = try connection.all(
            Self.select(Self.liveOnes), device, live.milliseconds, limit, read: Self.forward)
        guard first.count < limit else { return first }
        return try first
            + connection.all(
                Self.select(Self.otherOnes), device, live.milliseconds, limit - first.count, read: Self.forward)
    }

    static func select(_ rest: String) -> String { "SELECT \(columns) FROM forwards \(rest)" }

    /// Those of some minutes, which are sorted; of what waits longer nothing is looked at.
    static let liveOnes = """
        INDEXED BY forwards_live WHERE state = 0 AND is_backlog = 0 AND device_id = ? AND received_at >= ? ORDER BY id LIMIT ?
        """
    static let otherOnes = """
        INDEXED BY forwards_waiting WHERE state = 0 AND device_id = ? AND NOT (is_backlog = 0 AND received_at >= ?)
        ORDER BY id LIMIT ?
        """

    func settle(delivered: [Int64], changed: [Forward]) throws(StorageError) {
        for id in delivered { try delete(id) }
        for forward in changed {
            let answer = forward.answer
            try connection.run(
                """
                UPDATE forwards SET state = ?, refusals = ?, may_be_double = max(may_be_double, ?), answer_code = ?, answer_message = ?, answer_sound = ?,
                answered_at = ? WHERE id = ?
                """,
                forward.state.rawValue, forward.refusals, forward.mayBeDouble ? 1 : 0, answer?.code, answer?.message,
                answer?.soundNumber, answer?.received.milliseconds, forward.id)
        }
    }

    func page(_ state: Forward.State, after id: Int64, limit: Int, deviceID: String?) throws(StorageError) -> [Forward] {
        let rows =
            switch (state, deviceID) {
            case (.waiting, nil): "NOT INDEXED WHERE state = 0"
            case (.waiting, _): "INDEXED BY forwards_waiting WHERE state = 0"
            case (.refused, _): "INDEXED BY forwards_refused WHERE state = 1"
            case (.answered, _): "NOT INDEXED WHERE state = 2"
            }
        guard let deviceID else {
            return try connection.all(
                Self.select("\(rows) AND id > ? ORDER BY id LIMIT ?"), id, limit, read: Self.forward)
        }
        return try connection.all(
            Self.select("\(rows) AND id > ? AND device_id = ? ORDER BY id LIMIT ?"), id, deviceID, limit, read: Self.forward)
    }

    func resend(_ ids: [Int64]) throws(StorageError) -> Int {
        var count = 0
        for id in Set(ids).sorted() {
            guard
                var forward = try connection.first(
                    Self.select("WHERE id = ? AND state = 1"), id, read: Self.forward)
            else { continue }
            (forward.state, forward.refusals) = (.waiting, 0)
            try keep(forward)
            count += 1
        }
        return count
    }

    func counts() throws(StorageError) -> ForwardCounts {
        var counts = ForwardCounts()
        for (state, rows) in try connection.all(
            "SELECT state, rows FROM forward_counts", read: { ($0.integer(0), $0.integer(1)) })
        {
            switch state.flatMap(Forward.State.init) {
            case .waiting: counts.waiting = Int(rows ?? 0)
            case .refused: counts.refused = Int(rows ?? 0)
            case .answered, nil: break
            }
        }
        return counts
    }

    func prune(answeredBefore time: WallTime, limit: Int) throws(StorageError) -> Int {
        try connection.run(
            """
            DELETE FROM forwards WHERE id IN (
                SELECT id FROM forwards INDEXED BY forwards_answered WHERE state = 2 AND received_at < ? ORDER BY received_at LIMIT ?)
            """, time.milliseconds, limit)
        return connection.changedRows
    }

    func dropOldestPositions(limit: Int) throws(StorageError) -> Int {
        try connection.run(
            """
            DELETE FROM forwards WHERE id IN (
                SELECT id FROM forwards INDEXED BY forwards_positions WHERE state = 0 AND call = '\(PlatformCall.heartbeat.rawValue)'
                ORDER BY id LIMIT ?)
            """, limit)
        return connection.changedRows
    }

    private static func forward(_ row: borrowing Statement) -> Forward {
        StoreRow.forward(
            StoreTable.forwards.columns.indices.map { HubStoreSQLite.value(of: StoreTable.forwards.columns[$0], row, Int32($0)) })
    }
}
