import Base
import HubDomain
import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    public func records(after: RecordCursor?, limit: Int, deviceID: String?) async throws -> [StoredRecord] {
        try await HubStoreError.telling {
            try await reader.run { connection in
                let watermark = try RecordWatermark.read(connection)
                return try RecordTable(connection: connection).page(
                    after: after, limit: limit, deviceID: deviceID, upTo: watermark)
            }
        }
    }

    public func newestNamed(until now: WallTime) async throws -> WallTime? {
        try await HubStoreError.telling { try await reader.run { try RecordTable(connection: $0).newestNamed(until: now) } }
    }

    public func pseudonymise(
        receivedBefore time: WallTime, limit: Int, _ name: @escaping @Sendable (String) -> String
    ) async throws -> Int {
        try await HubStoreError.telling {
            try await operations.transaction {
                try RecordTable(connection: $0).pseudonymise(receivedBefore: time, limit: limit, name)
            }
        }
    }

    public func rename(
        after: RecordCursor?, limit: Int, _ name: @escaping @Sendable (String) -> String?
    ) async throws -> RenamedSlice? {
        try await HubStoreError.telling {
            try await operations.transaction { connection in
                let watermark = try RecordWatermark.read(connection)
                return try RecordTable(connection: connection).rename(after: after, limit: limit, upTo: watermark, name)
            }
        }
    }

    /// Days that lie before `time` as a whole go at once and are not counted; of the day of `time` nothing goes before it has ended. Slices are
    /// made only of positions whose day had no table when they came.
    public func prunePositions(receivedBefore time: WallTime, limit: Int) async throws -> Int {
        try await HubStoreError.telling {
            try await prepareDays()
            // Where one cannot be had, since somebody reads them all (a backup), neither can the next.
            for day in try await operations.run({ try PositionDays(connection: $0).ended(before: time) }) {
                guard try await drop(day) else { break }
            }
            return try await operations.transaction {
                try PositionTable(connection: $0).pruneUndated(receivedBefore: time, limit: limit)
            }
        }
    }

    func prepareDays() async throws {
        _ = try await withoutHoldingUp { connection in
            // One hub does it; the others have nothing left to do when it is done.
            guard try connection.run("SELECT pg_try_advisory_xact_lock(7626019)").first?.integer(0) == 1 else { return }
            try PositionDays(connection: connection).prepare()
        }
    }

    private func drop(_ day: Int64) async throws -> Bool {
        try await withoutHoldingUp { try PositionDays(connection: $0).drop(day) }
    }

    /// Changes a table that requests write to, when it can be had at once: whoever waits for it keeps all behind him waiting. The next pass of
    /// the upkeep tries again.
    /// - Returns: whether it was changed.
    private func withoutHoldingUp(_ body: @Sendable (PostgreSQLConnection) throws -> Void) async throws -> Bool {
        do {
            try await operations.transaction { connection in
                try connection.execute("SET LOCAL lock_timeout = '300ms'")
                try body(connection)
            }
            return true
        } catch let error as PostgreSQLError where error.kind == .timeout || error.kind == .conflict {
            return false
        }
    }
}
