import ControlProtocol
import Logging
import TomlConfiguration

/// What the configuration file says, checked and with every default filled in. validator.toml(5) describes each key.
public struct Configuration: Hashable, Sendable {
    public var device: Device
    public var platform: Platform
    public var gps: GPS
    public var readers: [Reader]
    public var scanners: [Scanner]
    public var tickets: Tickets
    public var indicators: Indicators
    public var outbox: Outbox
    public var collection: Collection
    public var management: Management
    public var vehicle: Vehicle
    public var log: Log

    /// Reads the file and the secrets that it names.
    ///
    /// - Parameter isChecking: whether those files are held to be good, too, without which the program starts all the same.
    /// - Throws: every mistake at once.
    public init(path: String, isChecking: Bool = false) throws(ConfigurationError) {
        self = try ConfigurationReader.load(path: path) { Configuration($0, isChecking: isChecking) }
    }

    /// Reads `text`; `path` is for messages only.
    public init(text: String, path: String) throws(ConfigurationError) {
        self = try ConfigurationReader.parse(Array(text.utf8), path: path) { Configuration($0) }
    }

    /// The paths of all keys that there are; those of readers and scanners without an index: `reader.baud`.
    public static var keys: [String] {
        let text = "device.id = \"-\"\nplatform.base_url = \"https://-\"\n"
        let keys = try? ConfigurationReader.parse(Array(text.utf8), path: "") { root in
            _ = Configuration(root)
            return root.knownKeys
        }
        return (keys ?? []).map(keyWithoutIndex)
    }

    /// `reader.baud` for `reader[1].baud`.
    public static func keyWithoutIndex(_ key: String) -> String {
        var result = ""
        var isInIndex = false
        for character in key {
            if character == "[" { isInIndex = true }
            if !isInIndex { result.append(character) }
            if character == "]" { isInIndex = false }
        }
        return result
    }

    private init(_ root: ConfigurationReader, isChecking: Bool = false) {
        device = Device(root.table("device"))
        platform = Platform(root.table("platform"))
        gps = GPS(root.table("gps"))
        // Without any, the two that the board has; `reader = []` stands for none.
        let readerTables = root.tables("reader", countWhenAbsent: 1)
        readers = readerTables.map(Reader.init)
        let scannerTables = root.tables("scanner", countWhenAbsent: 1)
        scanners = scannerTables.map(Scanner.init)
        tickets = Tickets(root.table("tickets"), isChecking: isChecking)
        indicators = Indicators(root.table("indicators"))
        outbox = Outbox(root.table("outbox"))
        collection = Collection(root.table("collection"))
        log = Log(root.table("log"))
        management = Management(root.table("management"), isPlainAllowed: platform.isPlainAllowed)
        vehicle = Vehicle(root.table("vehicle"))
        Self.checkUniqueness(readerTables + scannerTables, ids: readers.map(\.id) + scanners.map(\.id), "id")
        Self.checkUniqueness(readerTables + scannerTables, ids: readers.map(\.device) + scanners.map(\.device), "device")
    }
}

/// `[device]`
extension Configuration {
    public struct Device: Hashable, Sendable {
        /// `device_id` of the platform API.
        public var id: String
        /// The folder of the databases.
        public var stateFolder: String
        public var controlSocket: String

        init(_ table: ConfigurationReader) {
            id = table.requiredString("id")
            // It becomes part of MQTT topics, file names and log lines.
            if !id.isEmpty, id.utf8.count > 64 || !id.utf8.allSatisfy(Self.isAllowed) {
                table.report("id", "must be at most 64 letters, digits, \"-\", \"_\", \".\" or \":\"")
            }
            stateFolder = table.nonEmptyString("state_dir", default: BoxIdentity.usualStateFolder)
            controlSocket = table.nonEmptyString("control_socket", default: "/run/validator/control.sock")
            if controlSocket.utf8.count > 107 {
                table.report(
                    "control_socket", "is longer than the 107 bytes that a Unix socket's path may have; choose a shorter one")
            }
        }

        private static func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_.:".utf8.contains(byte)
            }
        }
    }

    /// `[gps]`: where gpsd is.
    public struct GPS: Hashable, Sendable {
        public var host: String
        public var port: Int
        public var reportInterval: Duration
        /// Of a parked bus; zero: no difference.
        public var parkedInterval: Duration
        /// A bus that has stood for so long is parked.
        public var parkedAfter: Duration

        /// Seconds between heartbeats, here and for `validatorctl set`.
        public static let reportIntervalRange = 1...3600
        public static let parkedIntervalRange = 0...3600

        init(_ table: ConfigurationReader) {
            host = table.string("host", default: "127.0.0.1")
            if !isThisMachine(host) {
                // libgps connects with a blocking call, which only the loopback answers at once.
                table.report("host", "\"\(host)\" is not this machine; use \"127.0.0.1\", \"::1\" or \"localhost\"")
            }
            port = table.integer("port", default: 2947, in: 1...65535)
            reportInterval = table.seconds("report_interval_s", default: 5, in: Self.reportIntervalRange)
            parkedInterval = table.seconds("parked_interval_s", default: 0, in: Self.parkedIntervalRange)
            parkedAfter = table.seconds("parked_after_s", default: 300, in: 10...86_400)
        }
    }

    /// `[indicators]`
    public struct Indicators: Hashable, Sendable {
        /// LED class folders.
        public var greenLED: String
        public var redLED: String
        /// Empty: none.
        public var buzzer: String
        public var signalTime: Duration
        /// A light stays so long at least before the next answer's; never longer than it shows at all.
        public var minimumTime: Duration
        public var voiceFolder: String
        /// Empty: silent.
        public var alsaDevice: String
        public var volumePercent: Int

        public static let volumeRange = 0...100

        init(_ table: ConfigurationReader) {
            greenLED = table.nonEmptyString("green_led", default: "/sys/class/leds/validator:green")
            redLED = table.nonEmptyString("red_led", default: "/sys/class/leds/validator:red")
            if greenLED == redLED { table.report("red_led", "is the green one too; each needs its own") }
            buzzer = table.string("buzzer", default: "")
            signalTime = table.milliseconds("signal_ms", default: 800, in: 10...60_000)
            minimumTime = min(table.milliseconds("minimum_ms", default: 150, in: 0...1000), signalTime)
            voiceFolder = table.nonEmptyString("voice_dir", default: "/usr/share/validator/voices")
            alsaDevice = table.string("alsa_device", default: "default")
            volumePercent = table.integer("volume_percent", default: 80, in: Self.volumeRange)
        }
    }

    /// `[outbox]`
    public struct Outbox: Hashable, Sendable {
        public var maximumRecords: Int
        public var maximumPositions: Int
        public var concurrency: Int
        public var maximumRefusals: Int
        public var maximumBackoff: Duration
        public var acceptedCodes: Set<Int>
        public var finalCodes: Set<Int>

        init(_ table: ConfigurationReader) {
            maximumRecords = table.integer("max_records", default: 200_000, in: 1...10_000_000)
            maximumPositions = table.integer("max_positions", default: 100_000, in: 1...10_000_000)
            concurrency = table.integer("concurrency", default: 4, in: 1...16)
            maximumRefusals = table.integer("max_refusals", default: 8, in: 1...1000)
            maximumBackoff = table.seconds("backoff_max_s", default: 30, in: 1...3600)
            acceptedCodes = Set(table.integers("accepted_codes", default: []))
            finalCodes = Set(table.integers("final_codes", default: []))
            for code in acceptedCodes.intersection(finalCodes).sorted() {
                table.report("final_codes", "\(code) is among accepted_codes too; keep it in one of the two")
            }
            if acceptedCodes.union(finalCodes).contains(0) {
                table.report("accepted_codes", "and final_codes must not hold 0, which always means success")
            }
        }
    }

    /// `[log]`
    public struct Log: Hashable, Sendable {
        public var level: Logger.Level
        /// Only the last four characters of a card number are logged.
        public var masksCards: Bool

        init(_ table: ConfigurationReader) {
            level = table.choice("level", default: .info)
            masksCards = table.boolean("mask_cards", default: true)
        }
    }
}
