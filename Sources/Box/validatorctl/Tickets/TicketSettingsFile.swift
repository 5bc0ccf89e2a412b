import Fares
import TomlConfiguration

/// What of validatord's configuration matters to a code. What is wrong in it counts as not written; `validatord --check-config` tells it.
struct TicketSettingsFile {
    /// False: all of this is defaults.
    private(set) var isRead = false
    private(set) var tickets = TicketSettings()
    /// There is a provisioning secret, and this program may not read it.
    private(set) var lacksSecret = false
    /// Empty: none.
    private(set) var rootsFile = ""
    /// Whether the platform is asked about a code that no codec knows.
    private(set) var asksForUnknown = true
    private(set) var masksCards = true

    init(path: String) {
        guard let text = try? ConfigurationFile.read(path) else { return }
        var file = self
        // It throws what it does not know, which is the whole rest of the file, and by then has read what is wanted.
        _ = try? ConfigurationReader.parse(text, path: path) { root in
            file.read(root.table("tickets"))
            file.masksCards = root.table("log").boolean("mask_cards", default: true)
        }
        self = file
    }

    private mutating func read(_ table: ConfigurationReader) {
        isRead = true
        let fallback = table.has("codec") ? [TicketCodecKind.vt1] : TicketCodecKind.allCases
        tickets.codecs = table.choices("codecs", default: fallback)
        tickets.secret = table.secret("secret_file", of: "validatorctl")
        lacksSecret = tickets.secret.isEmpty && !table.string("secret_file", default: "").isEmpty
        tickets.skew = table.seconds("skew_s", default: 60, in: 0...3600)
        _ = tickets.transport.setIssuers(table.strings("transport_issuers", default: []))
        tickets.transport.fareFen = table.integer("transport_fare_fen", default: 0, in: 0...0xFF_FFFF)
        tickets.transport.acceptsTests = table.boolean("transport_accept_test", default: false)
        rootsFile = table.string("transport_roots_file", default: "")
        asksForUnknown = table.string("unknown", default: "online") != "refuse"
    }
}
