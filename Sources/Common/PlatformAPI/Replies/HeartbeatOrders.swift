import Base
import Fares

/// What a heartbeat's reply says, member by member: one that is missing, null or unreadable changes nothing.
public struct HeartbeatOrders: Sendable {
    /// `check_start_time_format` and `check_end_time_format`.
    public enum Hours: Hashable, Sendable {
        case unlimited
        /// The end may be before the start, on the same date: then they go past midnight.
        case from(WallTime, to: WallTime)
    }

    public var enterpriseID: String?
    public var serverTime: WallTime?
    public var ticketCheck: CheckMode?
    public var cardCheck: CheckMode?
    public var ticketsEnabled: Bool?
    public var cardsEnabled: Bool?
    public var whiteListRequired: Bool?
    public var lineListRequired: Bool?
    public var versions = NamedVersions()
    public var hours: Hours?
    /// The members that a reply should have and that said nothing, or had to be guessed at.
    public var oddities: [FieldError] = []

    public init() {}

    public init(_ content: PlatformReply.HeartbeatReply.Content) {
        (enterpriseID, serverTime) = (content.enterpriseID, content.serverTime)
        let modes = content.modes
        (ticketCheck, cardCheck) = (modes.ticketCheck, modes.cardCheck)
        (ticketsEnabled, cardsEnabled) = (modes.ticketsEnabled, modes.cardsEnabled)
        (whiteListRequired, lineListRequired) = (modes.whiteListRequired, modes.lineListRequired)
        versions = NamedVersions(content.versions)
        hours = content.window.map { .from($0.start, to: $0.end) } ?? .unlimited
    }

    /// Sets the switches that the reply named.
    public func apply(to modes: inout Modes) {
        modes.ticketCheck = ticketCheck ?? modes.ticketCheck
        modes.cardCheck = cardCheck ?? modes.cardCheck
        modes.ticketsEnabled = ticketsEnabled ?? modes.ticketsEnabled
        modes.cardsEnabled = cardsEnabled ?? modes.cardsEnabled
        modes.whiteListRequired = whiteListRequired ?? modes.whiteListRequired
        modes.lineListRequired = lineListRequired ?? modes.lineListRequired
    }
}
