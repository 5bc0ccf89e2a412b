import Base
import Fares
import HubDomain
import HubStore
import PostgreSQL

/// What a batch of requests needs to know: one statement for each kind of fact, whatever the number of requests.
struct FactReader {
    let connection: PostgreSQLConnection

    /// - Parameter isLocking: keeps other hubs from the batch's devices until the transaction ends.
    func load(_ wanted: WantedFacts, isLocking: Bool) throws(PostgreSQLError) -> LoadedFacts {
        var loaded = LoadedFacts()
        loaded.tokens = try tokens(wanted.tokens)
        var ids = Set(wanted.devices).union(loaded.tokens.values.map(\.deviceID))
        // The records and calls of a device are its own, so that its lock is theirs, too.
        if isLocking {
            ids.formUnion(wanted.records.map(\.identity.deviceID))
            ids.formUnion(wanted.forwards.map(\.deviceID))
            ids.formUnion(wanted.setAside.map(\.key.deviceID))
        }
        let locks = DeviceLocks(connection: connection)
        loaded.devices = isLocking ? try locks.lock(ids) : try locks.read(ids)
        if wanted.countsDevices, wanted.devices.contains(where: { loaded.devices[$0] == nil }) {
            loaded.deviceCount = try connection.run("SELECT count(*) FROM devices").first?.integer(0).map { Int($0) } ?? 0
        }
        try standing(wanted.cards, &loaded)
        loaded.usedTickets = try usedTickets(wanted.usedTickets)
        loaded.records = try records(wanted.records)
        loaded.enrolments = try enrolments(wanted.enrolments)
        try SetAsideTable(connection: connection).load(wanted, &loaded)
        loaded.forwards = try ForwardTable(connection: connection).find(wanted.forwards, isLocking: isLocking)
        loaded.flags = try flags(wanted.flags)
        if wanted.keys { loaded.keys = try KeyTable(connection: connection).facts() }
        if wanted.versions { loaded.versions = try versions(lines: loaded.devices.values.compactMap(\.line)) }
        return loaded
    }

    private func tokens(_ texts: [String]) throws(PostgreSQLError) -> [String: AccessToken] {
        guard !texts.isEmpty else { return [:] }
        var tokens: [String: AccessToken] = [:]
        for row in try connection.run("SELECT token, device_id, expires_at FROM tokens WHERE token = ANY($1)", .texts(texts)) {
            tokens[row.text(0) ?? ""] = AccessToken(
                deviceID: row.text(1) ?? "", expires: WallTime(milliseconds: row.integer(2) ?? 0))
        }
        return tokens
    }

    private func standing(_ wanted: [WantedFacts.Card], _ loaded: inout LoadedFacts) throws(PostgreSQLError) {
        guard !wanted.isEmpty else { return }
        let cards = Set(wanted.map(\.card))
        let lines = Set(wanted.compactMap { loaded.devices[$0.deviceID]?.line }).union([""])
        // The newest generation last, whose word counts.
        let rows = try connection.run(
            """
            SELECT c.card_no, g.line, c.flag FROM cards c JOIN generations g ON g.id = c.generation
            WHERE c.card_no = ANY($1) AND g.state = 1 AND g.line = ANY($2) ORDER BY g.version
            """, .texts(cards.map(\.description)), .texts(Array(lines)))
        for row in rows {
            guard let card = CardNumber(row.text(0) ?? ""), let line = row.text(1) else { continue }
            let flag = row.integer(2) == 1
            if line.isEmpty { loaded.cards[card] = flag } else { loaded.lineCards[line, default: [:]][card] = flag }
        }
    }

    private func flags(_ wanted: [WantedFacts.ListFlag]) throws(PostgreSQLError) -> [WantedFacts.ListFlag: Bool] {
        guard !wanted.isEmpty else { return [:] }
        // The newest generation last, whose word counts.
        let rows = try connection.run(
            """
            SELECT q.number, c.flag FROM unnest($1, $2, $3) AS q (number, card_no, line)
            JOIN generations g ON g.line = q.line AND g.state = 1
            JOIN cards c ON c.card_no = q.card_no AND c.generation = g.id ORDER BY g.version
            """, .integers(wanted.indices.map { Int64($0) }), .texts(wanted.map(\.card.description)), .texts(wanted.map(\.list)))
        var flags: [WantedFacts.ListFlag: Bool] = [:]
        for row in rows {
            guard let number = row.integer(0) else { continue }
            flags[wanted[Int(number)]] = row.integer(1) == 1
        }
        return flags
    }

    private func usedTickets(_ names: [[UInt8]]) throws(PostgreSQLError) -> Set<[UInt8]> {
        guard !names.isEmpty else { return [] }
        let rows = try connection.run("SELECT ticket FROM used_tickets WHERE ticket = ANY($1)", .byteStrings(names))
        return Set(rows.compactMap { $0.bytes(0) })
    }

    private static let enrolmentColumns = Columns(StoreTable.enrolments.columns)

    private func enrolments(_ digests: [[UInt8]]) throws(PostgreSQLError) -> [[UInt8]: Enrolment] {
        guard !digests.isEmpty else { return [:] }
        let columns = Self.enrolmentColumns
        var found: [[UInt8]: Enrolment] = [:]
        for row in try connection.run(
            "SELECT \(columns.names) FROM enrolments WHERE code_hash = ANY($1)", .byteStrings(digests))
        {
            let enrolment = StoreRow.enrolment(columns.values(row, from: 0))
            found[enrolment.digest] = enrolment
        }
        return found
    }

    private func versions(lines: [String]) throws(PostgreSQLError) -> VersionFacts {
        var facts = VersionFacts()
        let rows = try connection.run(
            """
            (SELECT DISTINCT ON (line, is_full) line, is_full, version, changed_at FROM generations
            WHERE state = 1 AND line = ANY($1) ORDER BY line, is_full, version DESC)
            UNION ALL SELECT NULL, NULL, max(version), NULL FROM ticket_keys
            """, .texts(Array(Set(lines + [""]))))
        for row in rows {
            let version = row.integer(2) ?? 0
            facts.since[version] = row.integer(3).map { WallTime(milliseconds: $0) }
            switch (row.text(0), row.integer(1)) {
            case (nil, _): facts.keys = version
            case ("", 1): facts.cards = version
            case ("", _): facts.cardIncrement = version
            case (let line?, _): facts.lines[line] = max(facts.lines[line] ?? 0, version)
            }
        }
        return facts
    }

    // MARK: Records

    static let recordColumns = Columns(StoreTable.records.columns)

    /// The nearest that each query asks for.
    private static let nearestRecords = """
        SELECT q.number, \(recordColumns.columns.map { "r.\"\($0.name)\"" }.joined(separator: ", "))
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS q (
            number, device_id, call, req_id, time, low, high, subject1, subject2, subject3, subject4, pseudonym, exact_low, exact_high)
        CROSS JOIN LATERAL (
            SELECT * FROM records r
            WHERE r.device_id = q.device_id AND r.call = q.call AND r.req_id = q.req_id AND r.time BETWEEN q.low AND q.high
                AND (r.subject IN (q.subject1, q.subject2, q.subject3, q.subject4)
                    OR r.subject = q.pseudonym AND r.time BETWEEN q.exact_low AND q.exact_high)
            ORDER BY abs(r.time - q.time) LIMIT 1
        ) AS r
        """

    private func records(_ queries: [RecordQuery]) throws(PostgreSQLError) -> [RecordQuery: StoredRecord] {
        guard !queries.isEmpty else { return [:] }
        precondition(queries.allSatisfy { $0.subjects.count <= 4 }, "a subject is written in four ways at most")
        func subjects(_ index: Int) -> PostgreSQLParameter {
            .texts(queries.map { index < $0.subjects.count ? $0.subjects[index] : nil })
        }
        let rows = try connection.run(
            Self.nearestRecords, .integers(queries.indices.map { Int64($0) }), .texts(queries.map(\.identity.deviceID)),
            .texts(queries.map(\.call.rawValue)), .texts(queries.map(\.identity.requestID)),
            .integers(queries.map(\.identity.time.seconds)), .integers(queries.map(\.identity.times.lowerBound.seconds)),
            .integers(queries.map(\.identity.times.upperBound.seconds)), subjects(0), subjects(1), subjects(2), subjects(3),
            .texts(queries.map(\.pseudonym)), .integers(queries.map(\.identity.exactTimes.lowerBound.seconds)),
            .integers(queries.map(\.identity.exactTimes.upperBound.seconds)))
        var found: [RecordQuery: StoredRecord] = [:]
        for row in rows {
            guard let number = row.integer(0) else { continue }
            found[queries[Int(number)]] = StoreRow.record(Self.recordColumns.values(row, from: 1))
        }
        return found
    }
}
