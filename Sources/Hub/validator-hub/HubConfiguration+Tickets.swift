import Cryptography
import Fares
import TomlConfiguration

extension HubConfiguration {
    /// `[tickets]`, under the names that a box has for them.
    mutating func readTickets(_ table: ConfigurationReader) {
        policy.tickets.codecs = table.choices("codecs", default: TicketCodecKind.allCases)
        policy.tickets.secret = table.secret("secret_file", of: "validator-hub")
        policy.tickets.skew = table.seconds("skew_s", default: 60, in: 0...3600)
        for word in policy.tickets.transport.setIssuers(table.strings("transport_issuers", default: [])) {
            table.report("transport_issuers", "\"\(word)\" is no issuer; eight decimal digits, with a ! before them to deny it")
        }
        policy.tickets.transport.fareFen = table.integer("transport_fare_fen", default: 0, in: 0...0xFF_FFFF)
        policy.tickets.transport.acceptsTests = table.boolean("transport_accept_test", default: false)
        readRoots(table)
    }

    /// A bad file keeps the hub from starting, as each mistake does: nobody waits at a door for it.
    private mutating func readRoots(_ table: ConfigurationReader) {
        let path = table.string("transport_roots_file", default: "")
        guard !path.isEmpty else { return }
        do {
            policy.roots = try RootKeySet(
                file: ConfigurationFile.read(path, maximumSize: RootKeySet.maximumFileSize), verifier: Libcrypto())
        } catch let error as RootKeyError {
            table.report("transport_roots_file", "\(path): \(error)")
        } catch {
            table.report("transport_roots_file", "\(error); put the root keys there, or name no file")
        }
    }
}
