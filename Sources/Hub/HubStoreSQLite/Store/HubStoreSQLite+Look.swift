import HubStore
import SQLite

extension HubStoreSQLite {
    /// How a database is laid out, without taking it over.
    public struct Layout: Hashable, Sendable {
        /// Of the file; 0 where nothing is in it yet.
        public var version: Int64
        /// That this release writes.
        public static var current: Int64 { Schema.version }
    }

    /// Looks at a database that is there, and changes nothing.
    /// - Throws: `HubStoreError`
    public static func layout(ofFileAt path: String) throws -> Layout {
        try HubStoreError.telling {
            let connection = try Connection(path: path)
            try connection.execute("PRAGMA query_only = ON")
            return Layout(version: try connection.integer("PRAGMA user_version") ?? 0)
        }
    }
}
