import Base
import Fares

/// What the platform answered, decoded. A list's cards are gathered while they arrive, see `CardListBuilder`.
public enum PlatformReply: Sendable {
    case heartbeat(HeartbeatReply)
    case check(CheckReply)
    case log(Verdict)
    case list(ListReply)
    /// Of the rows that name no usable key the first is told.
    case keys(Verdict, KeyGroup?, leftOut: FieldError? = nil)
    case token(Verdict, Token?)

    /// What the platform said of a heartbeat, a check or a log; nil for a reply that no upload expects.
    public var verdict: Verdict? {
        switch self {
        case .heartbeat, .check, .log: verdictOfAnyCall
        case .list, .keys, .token: nil
        }
    }

    /// What the platform said, whatever it was asked.
    public var verdictOfAnyCall: Verdict {
        switch self {
        case .heartbeat(let reply): reply.verdict
        case .check(let reply): reply.verdict
        case .log(let verdict): verdict
        case .list(let reply): reply.verdict
        case .keys(let verdict, _, _): verdict
        case .token(let verdict, _): verdict
        }
    }

    /// `ret_code`, which every reply has, and `ret_msg`.
    public struct Verdict: Hashable, Sendable {
        /// 0: success.
        public var code: Int
        public var message: String

        public init(code: Int, message: String) {
            self.code = code
            self.message = message
        }
    }

    public struct HeartbeatReply: Sendable {
        public var verdict: Verdict
        /// Nil in an error reply.
        public var orders: HeartbeatOrders?

        /// All that a platform has to say.
        public struct Content: Sendable {
            public var enterpriseID: String?
            public var serverTime: WallTime?
            public var modes: Modes
            /// The versions that the platform holds.
            public var versions: Versions
            /// Start and end of the hours of service; nil: none.
            public var window: (start: WallTime, end: WallTime)?

            public init(
                enterpriseID: String?, serverTime: WallTime?, modes: Modes, versions: Versions,
                window: (start: WallTime, end: WallTime)?
            ) {
                self.enterpriseID = enterpriseID
                self.serverTime = serverTime
                self.modes = modes
                self.versions = versions
                self.window = window
            }
        }

        public init(verdict: Verdict, orders: HeartbeatOrders?) {
            self.verdict = verdict
            self.orders = orders
        }

        /// A reply that leaves nothing out.
        public init(verdict: Verdict, content: Content?) {
            self.init(verdict: verdict, orders: content.map { HeartbeatOrders($0) })
        }
    }

    public struct CheckReply: Sendable {
        public var verdict: Verdict
        /// 0: the box's own prompt.
        public var soundNumber: Int

        public init(verdict: Verdict, soundNumber: Int) {
            self.verdict = verdict
            self.soundNumber = soundNumber
        }
    }

    public struct ListReply: Sendable {
        public var verdict: Verdict
        public var version: String?
        /// The finished gathering; nil in an error reply.
        public var entries: CardListBuilder?
        /// Rows left out because their `card_no` was missing, empty or not hexadecimal.
        public var skipped: Int

        public init(verdict: Verdict, version: String?, entries: CardListBuilder?, skipped: Int) {
            self.verdict = verdict
            self.version = version
            self.entries = entries
            self.skipped = skipped
        }
    }

    public struct Token: Hashable, Sendable {
        public var text: String
        /// From the moment of the reply; the document's silence is read as 3600.
        public var expiresInSeconds: Int
        /// What the reply said of its life, where that could not be used.
        public var oddLifetime: FieldError?

        public init(text: String, expiresInSeconds: Int) {
            self.text = text
            self.expiresInSeconds = expiresInSeconds
        }
    }
}
