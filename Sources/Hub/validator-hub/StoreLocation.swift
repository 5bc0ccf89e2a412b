import HubStore
import HubStorePostgreSQL
import HubStoreSQLite
import PostgreSQL

/// Which store the hub uses, and where it is.
enum StoreLocation: CustomStringConvertible {
    case file(String)
    /// `postgresql://…`
    case server(String)

    /// Without a password.
    var description: String {
        switch self {
        case .file(let path): path
        case .server(let text): (try? PostgreSQLAddress(text))?.description ?? "a database server"
        }
    }

    /// Where the configuration says.
    init(_ configuration: HubConfiguration) {
        self = configuration.databaseURL.isEmpty ? .file(configuration.databasePath) : .server(configuration.databaseURL)
    }

    /// From a URL or a path.
    init(_ text: String) {
        self = text.contains("://") ? .server(text) : .file(text)
    }

    /// Opens it, or makes what it needs.
    /// - Throws: `HubStoreError`
    func open() async throws -> any HubStore {
        switch self {
        case .file(let path): return try HubStoreSQLite(path: path)
        case .server(let text):
            do {
                return try await HubStorePostgreSQL(PostgreSQLAddress(text))
            } catch let error as PostgreSQLAddress.Malformed {
                throw HubStoreError(.unsupported, "the URL \(error)")
            }
        }
    }
}
