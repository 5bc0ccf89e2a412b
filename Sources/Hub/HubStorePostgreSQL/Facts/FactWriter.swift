import Base
import Fares
import HubDomain
import HubStore
import PostgreSQL

/// What a batch of requests changed: one statement for each kind of change, rows in the order of their keys.
struct FactWriter {
    private static let deviceColumns = Columns(StoreTable.devices.columns)
    private static let newRecordColumns = Columns(Array(StoreTable.records.columns.dropFirst()))

    let connection: PostgreSQLConnection

    /// - Parameter wanted: the facts on which the changes rest.
    /// - Throws: `PostgreSQLError` of kind `conflict` when another hub has made one of them untrue meanwhile.
    func write(_ changes: StoreChanges, restingOn wanted: WantedFacts) throws(PostgreSQLError) {
        if changes.rehearsesRecord { try rehearseRecord() }
        if !changes.devices.isEmpty { try write(changes.devices.sorted { Self.isBefore($0.device.id, $1.device.id) }) }
        if !changes.tokensEnded.isEmpty {
            try connection.run("DELETE FROM tokens WHERE device_id = ANY($1)", .texts(changes.tokensEnded))
        }
        if !changes.tokens.isEmpty { try insert(changes.tokens) }
        // Once, before the first number is taken.
        if !changes.newRecords.isEmpty || !changes.forwards.isEmpty { try RecordWatermark.announce(connection) }
        if !changes.newRecords.isEmpty { try insert(changes.newRecords) }
        if !changes.updatedRecords.isEmpty { try update(changes.updatedRecords.sorted { $0.row < $1.row }) }
        if !changes.positions.isEmpty { try PositionTable(connection: connection).keep(changes.positions) }
        if !changes.codesEnded.isEmpty {
            try connection.run(
                "DELETE FROM enrolments WHERE device_id = ANY($1) AND used_at IS NULL", .texts(changes.codesEnded.sorted()))
        }
        if !changes.enrolments.isEmpty { try keep(changes.enrolments) }
        try SetAsideTable(connection: connection).write(changes)
        try ForwardTable(connection: connection).keep(changes.forwards)
        if !changes.usedTickets.isEmpty { try use(changes.usedTickets, Set(wanted.usedTickets)) }
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

    // MARK: Devices

    private func write(_ changes: [StoreChanges.DeviceChange]) throws(PostgreSQLError) {
        func devices(_ part: StoreChanges.DeviceParts) -> [[StoreValue]] {
            changes.filter { $0.parts.contains(part) && (part == .registration || !$0.parts.contains(.registration)) }.map {
                StoreRow.row($0.device)
            }
        }
        try register(devices(.registration))
        try update(
            devices(.report),
            [
                "last_heartbeat_at", "reported_time", "software_ver", "cards_version", "increment_version", "line_version", "lng",
                "lat",
                "course", "speed",
            ])
        try update(devices(.keysVersion), ["keys_version"])
        try update(devices(.credentials), ["secret", "next_secret", "revoked_at"])
        try update(devices(.lists), StoreTable.listColumns)
        try update(devices(.settings), DeviceSetting.allCases.map(\.rawValue))
    }

    private func register(_ rows: [[StoreValue]]) throws(PostgreSQLError) {
        guard !rows.isEmpty else { return }
        let columns = Self.deviceColumns
        let inserted = try connection.run(
            "INSERT INTO devices (\(columns.names)) SELECT * FROM unnest(\(columns.places)) ON CONFLICT DO NOTHING",
            columns.arrays(rows))
        guard inserted.affected == rows.count else { throw Self.overtaken("a device was registered by another hub") }
    }

    private func update(_ rows: [[StoreValue]], _ names: [String]) throws(PostgreSQLError) {
        guard !rows.isEmpty else { return }
        let all = StoreTable.devices.columns
        let indexes = [0] + names.compactMap { name in all.firstIndex { $0.name == name } }
        let columns = Columns(indexes.map { all[$0] })
        let settings = columns.columns.dropFirst().map { "\"\($0.name)\" = new.\"\($0.name)\"" }.joined(separator: ", ")
        try connection.run(
            """
            UPDATE devices SET \(settings) FROM unnest(\(columns.places)) AS new (\(columns.names))
            WHERE devices.device_id = new.device_id
            """, columns.arrays(rows.map { row in indexes.map { row[$0] } }))
    }

    private func insert(_ tokens: [NamedToken]) throws(PostgreSQLError) {
        let tokens = tokens.sorted { Self.isBefore($0.text, $1.text) }
        try connection.run(
            "INSERT INTO tokens SELECT * FROM unnest($1, $2, $3)", .texts(tokens.map(\.text)),
            .texts(tokens.map(\.token.deviceID)),
            .integers(tokens.map(\.token.expires.milliseconds)))
        try connection.run(
            """
            DELETE FROM tokens WHERE token IN (
                SELECT token FROM (
                    SELECT token, row_number() OVER (PARTITION BY device_id ORDER BY expires_at DESC) AS number
                    FROM tokens WHERE device_id = ANY($1)
                ) AS numbered WHERE number > $2)
            """, .texts(Array(Set(tokens.map(\.token.deviceID)))), .integer(Int64(AccessToken.maximumPerDevice)))
    }

    // MARK: Records and tickets

    private func insert(_ records: [TapRecord]) throws(PostgreSQLError) {
        let columns = Self.newRecordColumns
        let rows = records.map { Array(StoreRow.row(StoredRecord(row: 0, record: $0)).dropFirst()) }
        // Their numbers are in the order in which they came.
        try connection.run(
            """
            INSERT INTO records (\(columns.names)) SELECT \(columns.names)
            FROM unnest(\(columns.places)) WITH ORDINALITY AS new (\(columns.names), number) ORDER BY number
            """, columns.arrays(rows))
    }

    private func update(_ records: [StoredRecord]) throws(PostgreSQLError) {
        try connection.run(
            """
            UPDATE records SET check_mode = new.check_mode, status = new.status, reason = new.reason, duplicates = new.duplicates
            FROM unnest($1, $2, $3, $4, $5) AS new (id, check_mode, status, reason, duplicates) WHERE records.id = new.id
            """,
            .integers(records.map(\.row)), .integers(records.map { $0.record.checkMode.map { Int64($0.rawValue) } }),
            .integers(records.map { Int64($0.record.status) }), .texts(records.map { $0.record.reason?.rawValue }),
            .integers(records.map { Int64($0.record.duplicates) }))
    }

    private func keep(_ enrolments: [Enrolment]) throws(PostgreSQLError) {
        let columns = Columns(StoreTable.enrolments.columns)
        let rows = enrolments.sorted { $0.digest.lexicographicallyPrecedes($1.digest) }.map { StoreRow.row($0) }
        try connection.run(
            """
            INSERT INTO enrolments (\(columns.names)) SELECT * FROM unnest(\(columns.places))
            ON CONFLICT (code_hash) DO UPDATE SET used_at = excluded.used_at, used_from = excluded.used_from
            """, columns.arrays(rows))
    }

    private func use(_ tickets: [UsedTicket], _ wanted: Set<[UInt8]>) throws(PostgreSQLError) {
        let tickets = tickets.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        let inserted = try connection.run(
            "INSERT INTO used_tickets SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING RETURNING ticket",
            .byteStrings(tickets.map(\.bytes)), .integers(tickets.map(\.expires.milliseconds)))
        guard inserted.count < tickets.count else { return }
        let new = Set(inserted.compactMap { $0.bytes(0) })
        // One that was asked for had not been used when the facts were read. Of others nobody was told anything.
        guard tickets.allSatisfy({ new.contains($0.bytes) || !wanted.contains($0.bytes) }) else {
            throw Self.overtaken("a ticket was used at another hub")
        }
    }

    private func rehearseRecord() throws(PostgreSQLError) {
        try connection.run(
            "INSERT INTO health VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler",
            .bytes([UInt8](repeating: 0, count: 16_384)))
        // The right to the table of records, to its numbers, and its columns: found out by one that is taken back.
        try RecordWatermark.announce(connection)
        try connection.run("SAVEPOINT rehearsal")
        try connection.run(
            """
            INSERT INTO records (device_id, call, req_id, subject, status, time, received_at, duplicates)
            VALUES ('', '', '', '', 0, 0, 0, 0)
            """)
        try connection.run("ROLLBACK TO SAVEPOINT rehearsal")
    }

    private static func overtaken(_ what: String) -> PostgreSQLError { PostgreSQLError(.conflict, what: what) }
}
