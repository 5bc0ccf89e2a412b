import Glibc
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

    /// That there is a database, lest one is made by a mistake in `database.path` and found empty.
    /// - Parameter mayMake: where there is none, says that one is made, in a folder that is there.
    /// - Throws: `CommandFailure`
    func requireDatabase(mayMake: Bool) throws {
        guard case .file(let path) = self, unsafe access(path, F_OK) != 0, errno == ENOENT else { return }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        guard mayMake, unsafe access(folder, F_OK) == 0 else {
            throw CommandFailure(
                .noInput, "there is no database \(path): is database.path right? The hub makes it when it first starts")
        }
        Terminal.complain("there was no database: \(path) is a new one, of the folder's owner")
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
