import Fares
import PlatformAPI
import TomlConfiguration

/// What of validatord's configuration matters to a code. The rest of it is not looked at; `validatord --check-config` does.
struct TicketSettingsFile {
    /// False: all of this is defaults.
    private(set) var isRead = false
    private(set) var tickets = TicketSettings()
    /// There is a provisioning secret, and this program may not read it.
    private(set) var lacksSecret = false
    /// Empty: none.
    private(set) var rootsFile = ""
    private(set) var unknown = UnknownTickets.online
    private(set) var masksCards = true

    /// - Throws: also what is wrong in `[tickets]`, but for a secret that may be needless; and anything that is no TOML.
    init(path: String, mayBeMissing: Bool) throws(ControlFailure) {
        guard !mayBeMissing || WholeFile.exists(path) else { return }
        var file = self
        do throws(ConfigurationError) {
            // It throws what it does not know, which is the whole rest of the file, and by then has read what is wanted.
            try ConfigurationReader.load(path: path) { root in
                file.read(root.table("tickets"))
                file.masksCards = root.table("log").boolean("mask_cards", default: true)
            }
        } catch {
            try file.judge(error)
        }
        self = file
    }

    private func judge(_ error: ConfigurationError) throws(ControlFailure) {
        switch error {
        case .unreadable(let error): throw .cannotRead("\(error)\(error.isPermission ? "; be root" : "")")
        case .mistakes(let path, let mistakes):
            let ours = mistakes.filter { mistake in
                mistake.key.isEmpty || ["tickets", "log", "log.mask_cards"].contains(mistake.key)
                    || mistake.key.hasPrefix("tickets.") && !(lacksSecret && mistake.key == "tickets.secret_file")
            }
            guard ours.isEmpty else { throw .badConfiguration(ours.map { "\(path):\($0)" }.joined(separator: "\n")) }
        }
    }

    private mutating func read(_ table: ConfigurationReader) {
        isRead = true
        tickets = TicketSettings(table, of: "validatorctl")
        lacksSecret = tickets.secret.isEmpty && !table.string("secret_file", default: "").isEmpty
        rootsFile = table.string("transport_roots_file", default: "")
        unknown = table.choice("unknown", default: .online)
        _ = table.choice("binary_as", default: WireFormat.BinaryTicket.hex)
    }
}
