import Base
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

    /// Which root keys have ended or will before long, each with what to do about it; none where no codec needs them.
    func rootWarnings(at now: WallTime) -> [String] {
        guard policy.tickets.codecs.contains(.transport) else { return [] }
        return policy.roots.keys.compactMap { key in
            guard let end = key.end, let warning = RootKeyWarning(end: end, at: now) else { return nil }
            return switch warning {
            case .ended:
                "tickets: root key \(key.index) has ended with \(end): its codes are refused; ask the clearing centre for its successor"
            case .endsSoon:
                "tickets: root key \(key.index) ends with \(end); ask the clearing centre for its successor and add it to tickets.transport_roots_file"
            }
        }
    }
}
