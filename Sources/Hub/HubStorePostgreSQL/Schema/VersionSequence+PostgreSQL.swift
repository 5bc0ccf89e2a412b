import Base
import HubStore
import PostgreSQL

extension VersionSequence {
    /// The next version, by the rule of `next(after:at:)`. Whoever takes one keeps others waiting until his transaction ends, so that versions
    /// come into force in their order.
    static func take(_ connection: PostgreSQLConnection, at now: WallTime) throws(PostgreSQLError) -> Int64 {
        try connection.run(
            """
            INSERT INTO versions VALUES ('last', $1)
            ON CONFLICT (name) DO UPDATE SET value = greatest(versions.value + 1, excluded.value) RETURNING value
            """, .integer(now.seconds)
        ).first?.integer(0) ?? 0
    }
}
