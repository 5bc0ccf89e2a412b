import Base
import SQLite

/// Version codes of lists and keys. They never repeat, even in a database begun anew: the Unix time of the change, or one
/// more than the last where that is later.
struct VersionSequence {
    let connection: Connection

    func next(at now: WallTime) throws(StorageError) -> Int64 {
        let sql = """
            INSERT INTO versions VALUES ('last', ?)
            ON CONFLICT DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value
            """
        return try connection.first(sql, now.seconds) { $0.integer(0) ?? 0 } ?? 0
    }
}
