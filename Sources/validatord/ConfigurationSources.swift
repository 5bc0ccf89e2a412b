import TomlConfiguration
import ValidatorCore

nonisolated extension Configuration {
    /// `[[reader]]`: a card reader.
    struct Reader: Hashable, Sendable {
        /// How the reader is spoken to.
        enum Dialect: String, CaseIterable, Sendable {
            case pn532
            case uhfA0 = "uhf-a0"
            case asciiLine = "ascii-line"
        }

        enum Role: String, CaseIterable, Sendable { case validate, observe }

        var id: String
        var device: String
        var dialect: Dialect
        var baud: Int
        var cardNumber: CardNumberProfile
        var role: Role
        /// 0: each read is an event of its own.
        var readEventTimeout: Duration
        var repeatInterval: Duration

        init(_ table: ConfigurationReader) {
            id = table.sourceID(default: "0a3e46ca01ea43bd941ddcbec693e1c6")
            device = table.nonEmptyString("device", default: "/dev/validator/reader0")
            dialect = table.choice("protocol", default: .pn532, supported: [.pn532])
            baud = table.integer("baud", default: 115_200, in: 300...4_000_000)
            cardNumber = table.choice("card_number", default: .hex)
            role = table.choice("role", default: .validate)
            readEventTimeout = table.milliseconds("read_event_timeout_ms", default: 3000, in: 0...3_600_000)
            repeatInterval = table.milliseconds("repeat_interval_ms", default: 2000, in: 0...3_600_000)
        }
    }

    /// `[[scanner]]`: a QR code scanner.
    struct Scanner: Hashable, Sendable {
        /// How the scanner is spoken to.
        enum Dialect: String, CaseIterable, Sendable { case evdev, hidraw, serial }

        var id: String
        var device: String
        var dialect: Dialect
        /// The longest pause between two characters of one code.
        var interKey: Duration
        /// Of one code, in characters.
        var maximumLength: Int
        var repeatInterval: Duration

        init(_ table: ConfigurationReader) {
            id = table.sourceID(default: "c2423f11d47245038e7fa3527b3b3c02")
            device = table.nonEmptyString("device", default: "/dev/validator/scanner0")
            dialect = table.choice("protocol", default: .evdev, supported: [.evdev])
            // Both are of serial scanners, which `protocol` has refused already; their values are checked all the same.
            _ = table.integer("baud", default: 9600, in: 300...4_000_000)
            if !(1...8).contains(table.string("terminator", default: "\r").utf8.count) {
                table.report("terminator", "must be 1 to 8 bytes, such as \"\\r\"")
            }
            interKey = table.milliseconds("inter_key_ms", default: 200, in: 1...5000)
            maximumLength = table.integer("max_length", default: 1024, in: 1...4096)
            repeatInterval = table.milliseconds("repeat_interval_ms", default: 2000, in: 0...3_600_000)
        }
    }
}
