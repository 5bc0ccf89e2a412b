import Base
import Fares

/// A call to the platform, with what its body says; `PlatformAPI` gives it its wire format.
public struct PlatformRequest: Sendable {
    public enum Content: Sendable {
        case heartbeat(Heartbeat)
        /// `card_check` or `ticket_check`.
        case check(Subject, CheckMode, position: Position?, time: WallTime)
        /// `card_check_log` or `offline_qrcode_log`.
        case log(Subject, status: Int, position: Position?, time: WallTime)
        /// `get_card_list` type 1.
        case fullCardList(token: String, enterpriseID: String?)
        /// `get_card_list` type 2.
        case cardIncrement(token: String, enterpriseID: String?)
        case lineCardList(token: String, enterpriseID: String?)
        case keys(token: String)
        /// The application id and secret are the wire format's own settings, not the core's.
        case token
    }

    /// What `location_report` says (section 3.1).
    public struct Heartbeat: Sendable {
        public var time: WallTime
        public var position: Position?
        public var modes: Modes
        public var versions: Versions

        public init(time: WallTime, position: Position?, modes: Modes, versions: Versions) {
            self.time = time
            self.position = position
            self.modes = modes
            self.versions = versions
        }
    }

    public var requestID: UniqueID
    public var content: Content
    /// To connect and to the first byte of the reply; an online check is given all in all no longer than this.
    public var timeout: Duration

    public init(requestID: UniqueID, content: Content, timeout: Duration) {
        self.requestID = requestID
        self.content = content
        self.timeout = timeout
    }
}
