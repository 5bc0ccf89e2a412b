import Base
import Fares
import JSON

extension StatusReport {
    /// `mode`: the switches of the platform under their names in its interface, and the service hours.
    public struct Mode: ControlValue {
        public var modes = Modes()
        /// Nil: at all hours.
        public var window: Window?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("check_mode", &modes.ticketCheck, write: Self.number, read: Self.check)
            member("check_card_mode", &modes.cardCheck, write: Self.number, read: Self.check)
            member("qrcode_mode", digit: &modes.ticketsEnabled)
            member("card_mode", digit: &modes.cardsEnabled)
            member("white_mode", digit: &modes.whiteListRequired)
            member("is_line_white", digit: &modes.lineListRequired)
            member("window", &window)
        }

        private static func number(_ check: CheckMode) -> JSONValue? { .int(check.rawValue) }
        private static func check(_ value: JSONValue) -> CheckMode? { value.int.flatMap(CheckMode.init(rawValue:)) }
    }

    /// The service hours, start included, end not.
    public struct Window: ControlValue {
        public var start: WallTime?
        public var end: WallTime?

        public init() {}

        public init(_ window: ServiceWindow) {
            start = window.start
            end = window.end
        }

        public mutating func members(_ member: inout ControlMembers) {
            member("start", &start)
            member("end", &end)
        }
    }
}
