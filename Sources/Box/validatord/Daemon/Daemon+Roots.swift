import Base
import BoxConfiguration
import Fares
import ValidatorCore

/// The transport ministry's root keys.
extension Daemon {
    /// Takes the keys of the file that the configuration names, or none where it names none. Of a bad file the reason is told, and the
    /// keys that the box has stay in force.
    func takeRoots() {
        guard let held = box?.validator.state.roots else { return }
        do throws(RootKeyError) {
            let roots = try configuration.tickets.roots()
            handle(.set(.roots(roots)))
            rootsTrouble = nil
            if !roots.isEmpty || !held.isEmpty { note(Notice(.info, "tickets: \(Self.text(roots)) in force")) }
            certificates?.review()
        } catch {
            rootsTrouble = error.description
            note(Notice(.error, "tickets.transport_roots_file: \(error); \(Self.text(held)) in force as before"))
        }
    }

    private static func text(_ roots: RootKeySet) -> String {
        switch roots.keys.count {
        case 0: "no root key is"
        case 1: "1 root key (set \(roots.version)) is"
        case let count: "\(count) root keys (set \(roots.version)) are"
        }
    }
}
