import HubStore
import HubStoreSQLite

/// Which store the hub uses, and where it is.
enum StoreLocation {
    case file(String)
    /// `postgresql://…`
    case server(String)

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
        case .file(let path): try HubStoreSQLite(path: path)
        case .server:
            throw HubStoreError(
                .unsupported, "a database server is not supported by this release",
                nextStep: "take database.url out, and name a file by database.path")
        }
    }
}
