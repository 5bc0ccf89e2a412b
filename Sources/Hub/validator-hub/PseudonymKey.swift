import Cryptography
import HubServices
import HubStore

/// The key of the pseudonyms, which all hubs on a database have in a file of their own and which must be the same in all: under another one a
/// record that comes again is not known again, and one card has two names. The database remembers which it is, by a fingerprint that tells
/// nobody the key.
enum PseudonymKey {
    /// Of names of `StoreTable.versions`: the first key's is `pseudonyms_key_1`.
    private static let prefix = "pseudonyms_key_"

    /// Under the key beside the configured database. Of a database that knows none yet, it becomes the database's.
    /// - Throws: `CommandFailure` (78) where the database has another one.
    static func pseudonyms(_ configuration: HubConfiguration, _ store: any HubStore) async throws -> Pseudonyms {
        let path = configuration.databasePath
        if try await fingerprints(in: store).isEmpty {
            try await remember(OwnKey.pseudonyms.load(besideDatabase: path), as: 1, in: store)
        }
        let file = OwnKey.pseudonyms.file(besideDatabase: path)
        guard let key = try OwnKey.pseudonyms.present(besideDatabase: path) else {
            throw refusal("\(file) is not there, and this database has pseudonyms under a key")
        }
        let known = try await fingerprints(in: store)
        guard known.last == fingerprint(of: key) else {
            throw refusal(
                known.contains(fingerprint(of: key))
                    ? "\(file) is a key that this database had before" : "\(file) is not the key of this database")
        }
        return Pseudonyms(key: key, cryptography: Libcrypto())
    }

    private static func refusal(_ what: String) -> CommandFailure {
        CommandFailure(
            .configuration,
            """
            \(what): copy pseudonyms.key from another hub on this database, or from its backup. Where it is gone for good, the pseudonyms \
            that there are stay as they are, and validator-hub adopt-pseudonyms-key goes on under the key that is there, or a new one
            """)
    }

    /// Makes the key beside the configured database, or one that is made where there is none, the database's from now on.
    /// - Returns: false where it was already.
    static func adopt(_ configuration: HubConfiguration, _ store: any HubStore) async throws -> Bool {
        let key = try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath)
        let known = try await fingerprints(in: store)
        guard known.last != fingerprint(of: key) else { return false }
        try await remember(key, as: known.count + 1, in: store)
        return true
    }

    private static func remember(_ key: [UInt8], as number: Int, in store: any HubStore) async throws {
        do {
            try await store.append([[.text("\(prefix)\(number)"), .integer(fingerprint(of: key))]], to: .versions)
        } catch {
            // Of hubs that start at once, another one's was taken.
            guard try await fingerprints(in: store).count >= number else { throw error }
        }
    }

    /// Of all keys that the database has had, the one in force last.
    private static func fingerprints(in store: any HubStore) async throws -> [Int64] {
        var found: [Int: Int64] = [:]
        for row in try await store.rows(of: .versions, after: nil, limit: 100_000) {
            guard let name = row[0].text, name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)) else { continue }
            found[number] = row[1].integer
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    static func fingerprint(of key: [UInt8]) -> Int64 {
        let code = Libcrypto().authenticationCode(key: key, message: Array("fingerprint of pseudonyms.key".utf8))
        let bits = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(bitPattern: bits)
    }
}
