import Base
import HubDomain
import HubStore
import PlatformAPI
import PostgreSQL

/// Calls on their way to the platform. Their ids are of the records' sequence, so that one watermark tells up to which all are there.
struct ForwardTable {
    static let columns = Columns(StoreTable.forwards.columns)
    private static let newColumns = Columns(Array(StoreTable.forwards.columns.dropFirst()))
    /// Beyond so many waiting or refused ones the server's estimate is taken.
    private static let exactCount: Int64 = 100_000
    /// So many ids are looked through for devices; with more, the devices are for their ids.
    private static let idsLookedThrough: Int64 = 10_000

    let connection: PostgreSQLConnection

    // MARK: What batches read and write

    /// - Parameter isLocking: keeps the sender and the upkeep from them until the transaction ends.
    func find(_ keys: [ForwardKey], isLocking: Bool) throws(PostgreSQLError) -> [ForwardKey: Forward] {
        guard !keys.isEmpty else { return [:] }
        let rows = try connection.run(
            """
            SELECT \(Self.columns.columns.map { "f.\"\($0.name)\"" }.joined(separator: ", "))
            FROM forwards f JOIN unnest($1, $2, $3) AS q (device_id, call, req_id)
                ON f.device_id = q.device_id AND f.call = q.call AND f.req_id = q.req_id
            ORDER BY f.id\(isLocking ? " FOR UPDATE OF f" : "")
            """, .texts(keys.map(\.deviceID)), .texts(keys.map(\.call.rawValue)), .texts(keys.map(\.requestID)))
        var found: [ForwardKey: Forward] = [:]
        for row in rows {
            let forward = Self.forward(row)
            found[forward.key] = forward
        }
        return found
    }

    /// `RecordWatermark.announce` comes before. No two hubs wait for each other here: each holds the locks of its batch's devices.
    func keep(_ forwards: [Forward]) throws(PostgreSQLError) {
        let new = forwards.filter { $0.id == 0 }
        if !new.isEmpty {
            let columns = Self.newColumns
            // Their ids are in the order in which they came.
            try connection.run(
                """
                INSERT INTO forwards (\(columns.names)) SELECT \(columns.names)
                FROM unnest(\(columns.places)) WITH ORDINALITY AS new (\(columns.names), number) ORDER BY number
                ON CONFLICT (device_id, call, req_id) DO NOTHING
                """, columns.arrays(new.map { Array(StoreRow.row($0).dropFirst()) }))
        }
        let changed = forwards.filter { $0.id != 0 }.sorted { $0.id < $1.id }
        if !changed.isEmpty {
            let settings = Self.newColumns.columns.dropFirst(3).map { "\"\($0.name)\" = new.\"\($0.name)\"" }
            try connection.run(
                """
                UPDATE forwards f SET id = CASE WHEN f.state <> 0 AND new.state = 0 THEN nextval('records_id') ELSE f.id END,
                    \(settings.joined(separator: ", "))
                FROM unnest(\(Self.columns.places)) AS new (\(Self.columns.names)) WHERE f.id = new.id
                """, Self.columns.arrays(changed.map { StoreRow.row($0) }))
        }
    }

    // MARK: The queue

    /// - Parameter watermark: from `RecordWatermark.read`, before.
    func waitingDevices(after id: Int64, upTo watermark: Int64) throws(PostgreSQLError) -> (devices: [String], last: Int64) {
        let last = max(id, watermark)
        let sql = last - id <= Self.idsLookedThrough ? Self.devicesOfNewIDs : Self.devicesWithNewIDs
        return (try connection.run(sql, .integer(id)).compactMap { $0.text(0) }, last)
    }

    private static let devicesOfNewIDs =
        "SELECT DISTINCT device_id FROM forwards WHERE id > $1 AND state = 0 ORDER BY device_id"
    /// From one device to the next, however many calls each has.
    private static let devicesWithNewIDs = """
        WITH RECURSIVE found (device_id) AS (
            (SELECT device_id FROM forwards WHERE state = 0 ORDER BY device_id LIMIT 1)
            UNION ALL
            SELECT (SELECT f.device_id FROM forwards f
                    WHERE f.state = 0 AND f.device_id > found.device_id ORDER BY f.device_id LIMIT 1)
            FROM found WHERE found.device_id IS NOT NULL
        )
        SELECT device_id FROM found WHERE device_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM forwards f WHERE f.state = 0 AND f.device_id = found.device_id AND f.id > $1)
        """

    func waiting(of devices: [String], limit: Int, live: WallTime) throws(PostgreSQLError) -> [Forward] {
        guard !devices.isEmpty else { return [] }
        let names = Self.columns.names
        return try connection.run(
            """
            SELECT w.* FROM unnest($1) WITH ORDINALITY AS d (device_id, number) CROSS JOIN LATERAL (
                SELECT \(names) FROM (
                    (SELECT 0 AS part, * FROM forwards f
                        WHERE f.state = 0 AND f.is_backlog = 0 AND f.device_id = d.device_id AND f.received_at >= $2
                        ORDER BY f.id LIMIT $3)
                    UNION ALL
                    (SELECT 1 AS part, * FROM forwards f
                        WHERE f.state = 0 AND f.device_id = d.device_id AND NOT (f.is_backlog = 0 AND f.received_at >= $2)
                        ORDER BY f.id LIMIT $3)
                ) AS both_parts ORDER BY part, id LIMIT $3
            ) AS w ORDER BY d.number
            """, .texts(devices), .integer(live.milliseconds), .integer(Int64(limit))
        ).map(Self.forward)
    }

    func settle(delivered: [Int64], changed: [Forward]) throws(PostgreSQLError) {
        // In the order of their ids, as batches lock them.
        try lock(delivered + changed.map(\.id))
        if !delivered.isEmpty { try connection.run("DELETE FROM forwards WHERE id = ANY($1)", .integers(delivered)) }
        guard !changed.isEmpty else { return }
        try connection.run(
            """
            UPDATE forwards f SET state = new.state, refusals = new.refusals, may_be_double = greatest(f.may_be_double, new.may_be_double),
                answer_code = new.answer_code, answer_message = new.answer_message, answer_sound = new.answer_sound,
                answered_at = new.answered_at
            FROM unnest(\(Self.columns.places)) AS new (\(Self.columns.names)) WHERE f.id = new.id
            """, Self.columns.arrays(changed.map { StoreRow.row($0) }))
    }

    private func lock(_ ids: [Int64]) throws(PostgreSQLError) {
        guard !ids.isEmpty else { return }
        try connection.run("SELECT 1 FROM forwards WHERE id = ANY($1) ORDER BY id FOR UPDATE", .integers(ids))
    }

    func page(_ state: Forward.State, after id: Int64, limit: Int, deviceID: String?) throws(PostgreSQLError) -> [Forward] {
        let select = "SELECT \(Self.columns.names) FROM forwards WHERE state = \(state.rawValue) AND id > $1"
        let place: [PostgreSQLParameter] = [.integer(id), .integer(Int64(limit))]
        guard let deviceID else { return try connection.run("\(select) ORDER BY id LIMIT $2", place).map(Self.forward) }
        return try connection.run("\(select) AND device_id = $3 ORDER BY id LIMIT $2", place + [.text(deviceID)])
            .map(Self.forward)
    }

    func resend(_ ids: [Int64]) throws(PostgreSQLError) -> Int {
        guard !ids.isEmpty else { return 0 }
        try RecordWatermark.announce(connection)
        return try connection.run(
            """
            WITH refused AS MATERIALIZED (
                SELECT id FROM forwards WHERE id = ANY($1) AND state = 1 ORDER BY id FOR UPDATE
            ), numbered AS MATERIALIZED (SELECT id, nextval('records_id') AS number FROM refused)
            UPDATE forwards f SET id = numbered.number, state = 0, refusals = 0 FROM numbered WHERE f.id = numbered.id
            """, .integers(ids)
        ).affected
    }

    func counts() throws(PostgreSQLError) -> ForwardCounts {
        ForwardCounts(waiting: try count(.waiting, "forwards_waiting"), refused: try count(.refused, "forwards_refused"))
    }

    /// - Parameter index: of those in that state.
    private func count(_ state: Forward.State, _ index: String) throws(PostgreSQLError) -> Int {
        let some =
            try connection.run(
                "SELECT count(*) FROM (SELECT 1 FROM forwards WHERE state = \(state.rawValue) LIMIT $1) AS counted",
                .integer(Self.exactCount)
            ).first?.integer(0) ?? 0
        guard some == Self.exactCount else { return Int(some) }
        let estimate = try connection.run("SELECT reltuples::int8 FROM pg_class WHERE oid = '\(index)'::regclass").first?.integer(
            0)
        return Int(max(some, estimate ?? 0))
    }

    func prune(answeredBefore time: WallTime, limit: Int) throws(PostgreSQLError) -> Int {
        try delete("WHERE state = 2 AND received_at < $2 ORDER BY received_at", limit, .integer(time.milliseconds))
    }

    func dropOldestPositions(limit: Int) throws(PostgreSQLError) -> Int {
        try delete("WHERE state = 0 AND call = '\(PlatformCall.heartbeat.rawValue)' ORDER BY id", limit)
    }

    /// Some, without waiting for those that a batch or the sender has.
    private func delete(_ which: String, _ limit: Int, _ more: PostgreSQLParameter...) throws(PostgreSQLError) -> Int {
        try connection.run(
            """
            DELETE FROM forwards WHERE id = ANY (ARRAY(SELECT id FROM forwards \(which) LIMIT $1 FOR UPDATE SKIP LOCKED))
            """, [.integer(Int64(limit))] + more
        ).affected
    }

    private static func forward(_ row: PostgreSQLRows.Row) -> Forward { StoreRow.forward(columns.values(row)) }
}
