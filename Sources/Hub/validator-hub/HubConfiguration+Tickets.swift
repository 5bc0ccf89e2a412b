import Cryptography
import Fares
import TomlConfiguration

extension HubConfiguration {
    /// `[tickets]`, under the names that a box has for them. A bad file of root keys keeps the hub from starting, as each mistake does:
    /// nobody waits at a door for it.
    mutating func readTickets(_ table: ConfigurationReader) {
        policy.tickets = TicketSettings(table, of: "validator-hub")
        do throws(RootKeyError) {
            policy.roots = try RootKeySet(
                path: table.string("transport_roots_file", default: ""), verifier: Libcrypto())
        } catch {
            table.report("transport_roots_file", error.description)
        }
    }
}
