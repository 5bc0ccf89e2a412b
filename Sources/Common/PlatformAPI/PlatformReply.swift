import Base
import Fares

/// What the platform answered, decoded. A list's cards are gathered while they arrive, see `CardListBuilder`.
public enum PlatformReply: Sendable {
    case heartbeat(HeartbeatReply)
    case check(CheckReply)
    case log(Verdict)
    case list(ListReply)
    case keys(Verdict, KeyGroup?)
    case token(Verdict, Token?)

    /// `ret_code` and `ret_msg`, present in every reply.
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
        /// Nil in an error reply, as are all of the following.
        public var content: Content?

        public struct Content: Sendable {
            public var enterpriseID: String?
            /// Nil when unreadable.
            public var serverTime: WallTime?
            public var modes: Modes
            /// The versions that the platform holds.
            public var versions: Versions
            /// Start and end; nil when empty or unreadable: no window.
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

        public init(verdict: Verdict, content: Content?) {
            self.verdict = verdict
            self.content = content
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
        /// Rows left out because their `card_no` was empty or not hexadecimal.
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

        public init(text: String, expiresInSeconds: Int) {
            self.text = text
            self.expiresInSeconds = expiresInSeconds
        }
    }
}
