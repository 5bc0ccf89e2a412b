import Base
import Hardware
import TomlConfiguration

extension Configuration {
    /// `[vehicle]`: what of the bus is around the box.
    public struct Vehicle: Hashable, Sendable {
        /// ModemManager's command-line tool; empty: the modem is not asked.
        public var modemProgram: String
        /// The mobile network's interface, whose traffic is added up; empty: none is.
        public var dataInterface: String
        /// Nil: the box is not told of the ignition.
        public var ignition: IgnitionLine?
        /// From ignition off to the shutdown, and the same while records are unsent.
        public var ignitionOffDelay: Duration
        public var ignitionOffMaximum: Duration
        /// A program's path and its arguments.
        public var powerOffCommand: [String]

        init(_ table: ConfigurationReader) {
            modemProgram = table.string("modem_program", default: "/usr/bin/mmcli")
            if !modemProgram.isEmpty, !modemProgram.hasPrefix("/") {
                table.report("modem_program", "must be a program's whole path, as in \"/usr/bin/mmcli\"")
            }
            dataInterface = table.string("data_interface", default: "wwan0")
            if dataInterface.utf8.count > 15 || dataInterface.contains("/") || dataInterface.hasPrefix(".") {
                table.report("data_interface", "\"\(dataInterface)\" is no interface's name; see `ip link`")
            }
            ignition = Self.ignition(table)
            ignitionOffDelay = table.seconds("ignition_off_delay_s", default: 600, in: 0...86_400)
            ignitionOffMaximum = table.seconds("ignition_off_max_s", default: 3600, in: 0...86_400)
            if ignitionOffMaximum < ignitionOffDelay {
                table.report("ignition_off_max_s", "is less than ignition_off_delay_s")
            }
            powerOffCommand = table.strings("power_off_command", default: ["/usr/bin/systemctl", "poweroff"])
            if powerOffCommand.first?.hasPrefix("/") != true {
                table.report("power_off_command", "must begin with a program's whole path, as in \"/usr/bin/systemctl\"")
            }
        }

        private static func ignition(_ table: ConfigurationReader) -> IgnitionLine? {
            let device = table.string("ignition", default: "")
            let event: IgnitionLine.InputEvent = table.choice("ignition_event", default: .switch)
            let code = table.integer("ignition_code", default: 0, in: 0...767)
            let isActiveLow = table.boolean("ignition_active_low", default: false)
            guard !device.isEmpty else { return nil }
            if device.hasPrefix("/") {
                if isActiveLow {
                    table.report("ignition_active_low", "is for GPIO lines; an input device's driver turns its own levels round")
                }
                // SW_MAX (linux/input-event-codes.h).
                if event == .switch, code > 16 { table.report("ignition_code", "must be from 0 to 16 for a switch") }
                return .input(path: device, event, code: code)
            }
            let halves = device.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty, !halves[0].contains("/"), let line = Int(halves[1]),
                (0...4095).contains(line)
            else {
                table.report(
                    "ignition",
                    "must be an input device's path, as in \"/dev/validator/ignition\", or a GPIO line, as in \"gpiochip0:17\"")
                return nil
            }
            return .gpio(chip: "/dev/\(halves[0])", line: line, isActiveLow: isActiveLow)
        }
    }
}
