import Glibc
import PostgreSQL
import TomlConfiguration

extension HubConfiguration {
    /// The keys whose values are paths of files that nobody else may read.
    private static let secretKeys = [
        "tokens.secret_file", "tokens.static_file", "tickets.secret_file", "collection.key_file", "upstream.secret_file",
        "upstream.tokens_file", "upstream.authorization_file", "upstream.client_key",
    ]

    /// What others may read that they must not, of the files that the configuration at `path` names and of what stands in the database's
    /// folder, each with what to do about it.
    static func exposures(in path: String) -> [String] {
        let group = ConfigurationFile.serviceGroup(named: "validator-hub")
        let named = (try? ConfigurationFile.filesNamed(by: secretKeys, in: path)) ?? []
        let database = databasePath(in: path)
        // Its own text, where the password of the database stands in it.
        let url = (try? ConfigurationFile.filesNamed(by: ["database.url"], in: path))?.first
        let isSecret = url.flatMap { try? PostgreSQLAddress($0) }?.hasPassword ?? false
        return (named + secretFiles(ofDatabase: database) + (isSecret ? [path] : []))
            .compactMap { ConfigurationFile.exposure(of: $0, serviceGroup: group) }
    }

    /// What a hub needs beside its database to be set up anew, of files that are there: the configuration at `path`, what it names, and the keys in
    /// the database's folder.
    static func filesBesideDatabase(in path: String) -> [String] {
        let named = (try? ConfigurationFile.filesNamed(by: secretKeys + ["tickets.transport_roots_file"], in: path)) ?? []
        let keys = OwnKey.allCases.map { $0.file(besideDatabase: databasePath(in: path)) }
        return ([path] + named + keys).filter { unsafe access($0, F_OK) == 0 }
    }

    private static func databasePath(in path: String) -> String {
        (try? ConfigurationFile.filesNamed(by: ["database.path"], in: path))?.first ?? HubConfiguration().databasePath
    }

    /// None where nobody but the owner may enter the folder.
    private static func secretFiles(ofDatabase path: String) -> [String] {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        var status = stat()
        guard unsafe stat(folder, &status) == 0, status.st_mode & 0o011 != 0 else { return [] }
        return [path, path + "-wal"] + OwnKey.allCases.map { folder + $0.rawValue }
    }
}
