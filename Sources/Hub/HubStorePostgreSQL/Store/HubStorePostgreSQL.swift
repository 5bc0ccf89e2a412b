import Base
import Fares
import HubDomain
import HubStore
import PostgreSQL

/// The hub's store in a PostgreSQL database, which several hubs may share. Each keeps three connections to it, and a thread for each, so that
/// neither an import nor a long listing holds up a rider.
public struct HubStorePostgreSQL: HubStore {
    /// For a batch of requests or a page of a list, whatever the server does: boxes wait no longer than some seconds.
    static let requestPatience = Duration.seconds(4)
    /// For a slice of an import or of upkeep.
    private static let operationPatience = Duration.seconds(30)
    private static let migrationPatience = Duration.seconds(3600)
    /// Every statement for devices finds its rows by a key. While a table is small, or new, the server would read all of it instead, and
    /// keep to that for a while when it has grown.
    private static let byKeyOnly = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"

    /// What devices ask, batch by batch.
    let requests: PostgreSQLLane
    /// What changes something else: lists, keys, upkeep.
    let operations: PostgreSQLLane
    /// What changes nothing.
    let reader: PostgreSQLLane

    /// Connects, and makes the tables or brings them to this release's schema.
    /// - Throws: `HubStoreError`
    public init(_ address: PostgreSQLAddress) async throws {
        requests = PostgreSQLLane(address, label: "hub-store-requests", patience: Self.requestPatience) {
            try $0.execute(Self.byKeyOnly)
        }
        operations = PostgreSQLLane(address, label: "hub-store-operations", patience: Self.operationPatience)
        reader = PostgreSQLLane(address, label: "hub-store-reader", patience: Self.requestPatience)
        let migration = PostgreSQLLane(address, label: "hub-store-migration", patience: Self.migrationPatience)
        try await HubStoreError.telling {
            try await migration.run { try Schema.upgrade($0) }
            try await prepareDays()
        }
    }

    // MARK: Devices, keys and tokens

    public func transact<Outcome: Sendable>(
        _ wanted: WantedFacts, _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        try await HubStoreError.telling {
            try await requests.transaction { connection in
                var facts = StoreFacts(try FactReader(connection: connection).load(wanted, isLocking: true))
                let outcome = try decide(&facts)
                try FactWriter(connection: connection).write(facts.changes, restingOn: wanted)
                return outcome
            }
        }
    }

    public func facts(_ wanted: WantedFacts) async throws -> StoreFacts {
        try await HubStoreError.telling {
            try await reader.snapshot { StoreFacts(try FactReader(connection: $0).load(wanted, isLocking: false)) }
        }
    }

    public func devices(after: String?, limit: Int) async throws -> [Device] {
        let columns = Columns(StoreTable.devices.columns)
        return try await HubStoreError.telling {
            try await reader.run { connection in
                try connection.run(
                    "SELECT \(columns.names) FROM devices WHERE device_id > $1 ORDER BY device_id LIMIT $2", .text(after ?? ""),
                    .integer(Int64(limit))
                ).map { StoreRow.device(columns.values($0)) }
            }
        }
    }

    public func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) async throws -> Int64 {
        try await HubStoreError.telling {
            try await operations.transaction {
                try KeyTable(connection: $0).adopt(keys, revokingFormer: revokingFormer, at: now)
            }
        }
    }

    public func tokens(goodAt now: WallTime) async throws -> [NamedToken] {
        try await HubStoreError.telling {
            try await reader.run { connection in
                try connection.run(
                    "SELECT token, device_id, expires_at FROM tokens WHERE expires_at > $1 ORDER BY device_id, expires_at",
                    .integer(now.milliseconds)
                ).map { row in
                    let expires = WallTime(milliseconds: row.integer(2) ?? 0)
                    return NamedToken(row.text(0) ?? "", AccessToken(deviceID: row.text(1) ?? "", expires: expires))
                }
            }
        }
    }

    public func prune(expiredAt now: WallTime) async throws {
        try await HubStoreError.telling {
            try await operations.transaction { connection in
                try connection.run("DELETE FROM tokens WHERE expires_at < $1", .integer(now.milliseconds))
                try connection.run("DELETE FROM used_tickets WHERE expires_at < $1", .integer(now.milliseconds))
                try connection.run(
                    "DELETE FROM enrolments WHERE expires_at < $1", .integer((now - Enrolment.keptTime).milliseconds))
            }
        }
    }
}
