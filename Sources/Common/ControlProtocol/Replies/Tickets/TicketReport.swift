import Base

/// A code, explained: what it says, what was held against it, and whether its rider would ride.
///
/// Never the whole code. What names a person is masked wherever the box masks card numbers. Codec, checks, outcome, reason and clock
/// are words to which releases add.
public struct TicketReport: ControlValue {
    /// One field of the code's layout.
    public struct Field: ControlValue {
        public var name = ""
        public var value = ""

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("name", &name)
            member("value", &value)
        }
    }

    /// One thing that the code was held against.
    public struct Check: ControlValue {
        /// A word of `TicketExamination.Check`.
        public var name = ""
        public var isPassed = false
        /// A word of `Reason`; nil where it passed.
        public var reason: String?
        /// What was compared, in English.
        public var detail = ""

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("check", &name)
            member("passed", &isPassed)
            member("reason", &reason)
            member("detail", &detail)
        }
    }

    /// What the lists of the box say of the card.
    public struct Standing: ControlValue {
        public var isBlocked = false
        public var isOnWhiteList = false
        public var isOnLineList = false

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("blocked", &isBlocked)
            member("white_list", &isOnWhiteList)
            member("line_list", &isOnLineList)
        }
    }

    /// By what it was judged.
    public struct Basis: ControlValue {
        /// Stands for what the running box has, in place of a file's path.
        public static let box = "box"

        /// The configuration file; nil for the defaults.
        public var settings: String?
        /// `box`, or a file; nil where there were none. So too `keys`.
        public var roots: String?
        public var rootsVersion = ""
        public var keys: String?
        public var keysVersion = ""

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("settings", &settings)
            member("roots", &roots)
            member("roots_version", &rootsVersion)
            member("keys", &keys)
            member("keys_version", &keysVersion)
        }
    }

    /// What a rider was answered.
    public struct Answer: ControlValue {
        /// `accepted`, `refused` or `repeated`.
        public var outcome = ""
        /// A word of `Reason`; of a repeated scan that of the first.
        public var reason = ""
        /// A word of `DecisionMode`.
        public var mode = ""

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("outcome", &outcome)
            member("reason", &reason)
            member("mode", &mode)
        }

        /// Whether somebody who has only `report` would believe otherwise of the light.
        public func contradicts(_ report: TicketReport) -> Bool { (reason == "ok") != (report.reason == "ok") }
    }

    /// Nil of a code that no codec knows.
    public var codec: String?
    public var isText = false
    public var byteCount: Int?
    /// Whose code one that no codec knows looks like: a word of `ForeignCode`, or a codec that is not configured. Nil when nobody can say.
    public var resembles: String?
    /// What becomes of a code that no codec knows: a word of `tickets.unknown`; nil of every other.
    public var unknown: String?
    public var fields: [Field] = []
    public var checks: [Check] = []
    /// Nil where nobody asked the lists, or there is no card to ask for. So too `isUsed` and `isInServiceHours`.
    public var standing: Standing?
    public var isUsed: Bool?
    public var isInServiceHours: Bool?
    /// `accepted` or `refused`.
    public var outcome = ""
    /// A word of `Reason`.
    public var reason = ""
    /// The time that it was judged by; nil when no clock could be trusted, and nobody is refused for the time.
    public var time: WallTime?
    /// A word of `ClockSource`, or `given`.
    public var clock = ""
    public var basis = Basis()
    /// What was really answered when a scanner read it, which the verdict need not be: the platform may have decided, or the code was read
    /// again. Nil of a code that nobody scanned, and until its answer.
    public var answered: Answer?

    public init() {}

    public mutating func members(_ member: inout ControlMembers) {
        member("codec", &codec)
        member("form", &isText, write: { .string($0 ? "text" : "binary") }, read: { $0.string.map { $0 == "text" } })
        member("bytes", &byteCount)
        member("resembles", &resembles)
        member("unknown", &unknown)
        member("fields", &fields)
        member("checks", &checks)
        member("card", &standing)
        member("used", &isUsed)
        member("in_service_hours", &isInServiceHours)
        member("verdict", &outcome)
        member("reason", &reason)
        member("at", &time)
        member("clock", &clock)
        member("judged_by", &basis)
        member("answered", &answered)
    }

    /// The value of the first of these fields that the code has.
    public func field(_ names: String...) -> String? {
        names.lazy.compactMap { name in fields.first { $0.name == name }?.value }.first
    }
}
