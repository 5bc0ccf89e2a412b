import Base
import Fares
import HubDomain
import Logging
import OperatingSystem
import PlatformAPI
import PostgreSQL
import TomlConfiguration

/// What the operator configured (`hub.toml`); docs/hub.md explains each key.
struct HubConfiguration: Sendable {
    static let defaultPath = "/etc/validator-hub/hub.toml"

    /// `[server]`: where requests come in. Port 0 lets the system choose one.
    var host = "127.0.0.1"
    var port = 8080
    /// Numeric addresses of proxies whose word about a call counts.
    var proxies = ["127.0.0.1", "::1"]
    /// What boxes call this hub; empty: as each has called it.
    var publicURL = ""
    /// The longest request body; a longer one is answered with 413.
    var maximumBodyBytes = 65536
    /// Connections of one address at once; those of this machine, where a proxy is, are not counted.
    var connectionsPerAddress = 1024
    /// For a whole request, from its first byte to its last.
    var requestTime = Duration.seconds(15)
    /// A reply of which nothing was taken for so long is given up.
    var stallTime = Duration.seconds(60)

    /// `[database]`
    var databasePath = "/var/lib/validator-hub/hub.db"
    /// A database server's, in place of `databasePath`; empty: none. The hub's own keys stay in the folder of `databasePath`.
    var databaseURL = ""
    /// With less than so much free beside the database, only known devices are served.
    var minimumFreeBytes = 256 << 20
    /// Of records received longer ago, card numbers and tickets are replaced by pseudonyms.
    var recordsKept = Duration.seconds(1095 * 86400)
    /// Positions older than this are deleted; records never are.
    var positionsKept = Duration.seconds(31 * 86400)

    /// `[tokens]`, `[devices]`, `[sounds]`, and of the other tables what bears on the answer to a device.
    var policy = HubPolicy()

    /// `[collection]`: the file of the key that opens what boxes sealed for this hub; empty: none.
    var collectionKeyFile = ""

    /// `[log]`
    var logLevel = Logger.Level.info
    var logFormat = LogFormat.text

    /// Reads the file and the secrets that it names; every mistake is in the error.
    static func load(path: String) throws(ConfigurationError) -> HubConfiguration {
        try ConfigurationReader.load(path: path, read)
    }

    static func read(_ root: ConfigurationReader) -> HubConfiguration {
        var configuration = HubConfiguration()
        configuration.readDevices(root.table("devices"))
        configuration.readServer(root.table("server"))
        configuration.readDatabase(root.table("database"))
        configuration.readTokens(root.table("tokens"))
        configuration.policy.announcement = ListAnnouncement(
            percentPerMinute: root.table("lists").integer("announce_share", default: 100, in: 1...100))
        configuration.readTickets(root.table("tickets"))
        configuration.collectionKeyFile = root.table("collection").string("key_file", default: "")
        configuration.readSounds(root.table("sounds"))
        configuration.readZone(root)
        configuration.readUpstream(root.table("upstream"))
        configuration.readLog(root.table("log"))
        return configuration
    }

    mutating func readConnections(_ table: ConfigurationReader) {
        connectionsPerAddress = table.integer("max_connections_per_address", default: connectionsPerAddress, in: 1...20_000)
        maximumBodyBytes = table.integer("max_body_bytes", default: maximumBodyBytes, in: 4096...DeviceRequest.maximumBodyBytes)
    }

    private mutating func readDatabase(_ table: ConfigurationReader) {
        databasePath = table.string("path", default: databasePath)
        if databasePath.isEmpty { table.report("path", "must not be empty") }
        databaseURL = table.string("url", default: "")
        minimumFreeBytes = table.integer("min_free_mb", default: minimumFreeBytes >> 20, in: 0...1_000_000) << 20
        if !databaseURL.isEmpty {
            do { _ = try PostgreSQLAddress(databaseURL) } catch { table.report("url", error.description) }
        }
        recordsKept = .seconds(86400 * table.integer("keep_records_days", default: 1095, in: 1...3650))
        positionsKept = .seconds(86400 * table.integer("keep_positions_days", default: 31, in: 1...3650))
    }

    private mutating func readTokens(_ table: ConfigurationReader) {
        policy.appID = table.string("app_id", default: policy.appID)
        policy.secret = table.secret("secret_file", of: "validator-hub")
        policy.tokenLifetime = table.seconds("lifetime_s", default: 3600, in: 120...604_800)
        policy.staticTokens = Self.staticTokens("static_file", in: table)
    }

    /// Those of the file that the key names.
    static func staticTokens(_ key: String, in table: ConfigurationReader) -> StaticTokens {
        let path = table.string(key, default: "")
        guard !path.isEmpty else { return StaticTokens() }
        do {
            return try StaticTokens(file: ConfigurationFile.read(path, maximumSize: StaticTokens.maximumFileSize))
        } catch let mistake as StaticTokens.Mistake {
            table.report(key, "\(path):\(mistake.line) \(mistake.text)")
        } catch {
            table.report(key, "\(error); create it with mode 0600, owned by the user that validator-hub runs as")
        }
        return StaticTokens()
    }

    private mutating func readDevices(_ table: ConfigurationReader) {
        policy.authentication = table.choice("authentication", default: policy.authentication)
        policy.registersDevices = table.boolean("auto_register", default: policy.registersDevices)
        policy.maximumDevices = table.integer("max", default: policy.maximumDevices, in: 1...1_000_000)
        policy.defaults.enterpriseID = table.string("enterprise_id", default: policy.defaults.enterpriseID)
        for setting in DeviceSetting.allCases {
            switch setting {
            case .line, .enterpriseID: break
            case .window:
                let text = table.string("window", default: "none")
                if let mistake = setting.mistake(in: text) { table.report("window", "must be \(mistake)") }
                policy.defaults.window = DailyWindow(text)
            default:
                let standard = setting == .lineListRequired ? 0 : 1
                policy.defaults.apply(setting, String(table.integer(setting.rawValue, default: standard, in: 0...1)))
            }
        }
    }

    private mutating func readSounds(_ table: ConfigurationReader) {
        for reason in Reason.allCases where ReturnCode(reason) != .unavailable {
            policy.sounds[reason] = table.integer(reason.rawValue, default: 0, in: 0...65535)
        }
    }

    private mutating func readZone(_ root: ConfigurationReader) {
        do {
            policy.zone = try SystemTimeZone(name: root.string("time_zone", default: "Asia/Shanghai"))
        } catch {
            root.report("time_zone", error.description)
        }
    }

    private mutating func readLog(_ table: ConfigurationReader) {
        let name = table.string("level", default: logLevel.rawValue)
        if let level = Logger.Level(rawValue: name) {
            logLevel = level
        } else {
            table.report(
                "level", "\"\(name)\" is unknown; one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        logFormat = table.choice("format", default: logFormat)
        policy.masksCards = table.boolean("mask_cards", default: policy.masksCards)
    }
}
