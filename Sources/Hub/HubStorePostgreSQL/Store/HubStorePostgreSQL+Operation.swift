import Base
import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    /// There is no log of the store's own: PostgreSQL vacuums by itself, and what its archive keeps is the administrator's.
    public func emptyLog() async throws -> Bool { true }

    public func lease(_ name: String, holder: String, for time: Duration, at now: WallTime) async throws -> Bool {
        try await HubStoreError.telling {
            try await operations.transaction { connection in
                try connection.run(
                    """
                    INSERT INTO leases VALUES ($1, $2, $3)
                    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
                    WHERE leases.holder = excluded.holder OR leases.ends_at <= $4 OR leases.ends_at > $5
                    """, .text(name), .text(holder), .integer((now + time).milliseconds), .integer(now.milliseconds),
                    .integer((now + time * 2).milliseconds)
                ).affected > 0
            }
        }
    }

    public func endLease(_ name: String, holder: String) async throws {
        try await HubStoreError.telling {
            try await operations.transaction { connection in
                _ = try connection.run("DELETE FROM leases WHERE name = $1 AND holder = $2", .text(name), .text(holder))
            }
        }
    }
}
