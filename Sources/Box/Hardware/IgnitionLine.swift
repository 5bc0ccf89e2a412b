/// Where the ignition is read.
public enum IgnitionLine: Hashable, Sendable {
    /// What an input device reports (linux/input-event-codes.h), as a gpio-keys node of the device tree gives it.
    public enum InputEvent: String, CaseIterable, Sendable {
        case `switch`
        case key

        /// EV_KEY and EV_SW.
        var type: UInt16 { self == .key ? 1 : 5 }
    }

    /// An event of the input device at `path`: 1 is on, 0 is off.
    case input(path: String, InputEvent, code: Int)
    /// A line of a GPIO chip (`/dev/gpiochip0`), by the kernel's GPIO character device, version 2.
    case gpio(chip: String, line: Int, isActiveLow: Bool)
}
