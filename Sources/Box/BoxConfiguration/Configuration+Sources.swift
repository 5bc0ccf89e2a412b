import Fares
import ReaderDrivers
import ScannerDecoders
import TomlConfiguration

extension Configuration {
    /// `[[reader]]`: a card reader.
    public struct Reader: Hashable, Sendable {
        public enum Role: String, CaseIterable, Sendable { case validate, observe }

        public var id: String
        public var device: String
        public var `protocol`: ReaderDriver
        public var baud: Int
        public var settings: CardReaderSettings
        /// A program's path and its arguments; empty: the reader's power is left alone.
        public var powerCycleCommand: [String]
        public var cardNumber: CardNumberProfile
        public var role: Role
        /// 0: each read is an event of its own.
        public var readEventTimeout: Duration
        public var repeatInterval: Duration
        /// Of a reader that is polled: chips that lie on it together are one tap.
        public var isOneTapPerPresentation: Bool

        init(_ table: ConfigurationReader) {
            id = table.sourceID(default: "0a3e46ca01ea43bd941ddcbec693e1c6")
            device = table.nonEmptyString("device", default: "/dev/validator/reader0")
            `protocol` = table.choice("protocol", default: .pn532)
            baud = table.integer("baud", default: `protocol`.usualBaud, in: 300...4_000_000)
            settings = CardReaderSettings()
            settings.identity = table.choice("identity", default: .tid)
            if table.has("transmit_power_dbm") {
                settings.transmitPowerDBm = table.integer("transmit_power_dbm", default: 0, in: 0...33)
            }
            settings.beeps = table.boolean("beeps", default: false)
            settings.terminator = table.terminator(allowsNone: false)
            settings.lineContent = table.choice("line_content", default: .automatic)
            powerCycleCommand = table.strings("power_cycle_command", default: [])
            if let program = powerCycleCommand.first, !program.hasPrefix("/") {
                table.report("power_cycle_command", "must begin with a program's whole path, as in \"/usr/sbin/uhubctl\"")
            }
            cardNumber = table.choice("card_number", default: .hex)
            role = table.choice("role", default: .validate)
            readEventTimeout = table.milliseconds("read_event_timeout_ms", default: 3000, in: 0...3_600_000)
            repeatInterval = table.milliseconds("repeat_interval_ms", default: 2000, in: 0...3_600_000)
            settings.confirmReads = table.integer("confirm_reads", default: 1, in: 1...10)
            // A reader that reports by itself has many riders in its field at once.
            isOneTapPerPresentation =
                table.boolean("one_tap_per_presentation", default: true) && !`protocol`.reportsReads && role == .validate
        }
    }

    /// `[[scanner]]`: a QR code scanner.
    public struct Scanner: Hashable, Sendable {
        public var id: String
        public var device: String
        public var `protocol`: ScannerDriver
        public var settings: ScannerSettings
        public var repeatInterval: Duration

        init(_ table: ConfigurationReader) {
            id = table.sourceID(default: "c2423f11d47245038e7fa3527b3b3c02")
            device = table.nonEmptyString("device", default: "/dev/validator/scanner0")
            `protocol` = table.choice("protocol", default: .evdev)
            settings = ScannerSettings()
            settings.baud = table.integer("baud", default: `protocol`.usualBaud ?? settings.baud, in: 300...4_000_000)
            settings.terminator = table.terminator(allowsNone: true)
            settings.interKey = table.milliseconds("inter_key_ms", default: 200, in: 1...5000)
            settings.maximumLength = table.integer("max_length", default: 1024, in: 1...4096)
            repeatInterval = table.milliseconds("repeat_interval_ms", default: 2000, in: 0...3_600_000)
        }
    }
}

extension ConfigurationReader {
    /// What ends a line or a code. None: a pause does.
    fileprivate func terminator(allowsNone: Bool) -> [UInt8] {
        let terminator = Array(string("terminator", default: "\r").utf8)
        if terminator.count > 8 || terminator.isEmpty && !allowsNone {
            report("terminator", "must be \(allowsNone ? "at most" : "1 to") 8 bytes, such as \"\\r\"")
        }
        return terminator
    }
}
