/// Who decides a tap.
public enum CheckMode: Int, Sendable {
    /// The platform, while the rider waits; the box itself when no usable reply comes in time.
    case online = 0
    /// The box, from its lists and keys.
    case offline = 1
}

/// The switches that a heartbeat reply sets (device API, section 3.1). The defaults hold before any heartbeat.
public struct Modes: Hashable, Sendable {
    /// `check_mode`: how QR tickets are checked.
    public var ticketCheck: CheckMode = .offline
    /// `check_card_mode`: how cards are checked.
    public var cardCheck: CheckMode = .offline
    /// `qrcode_mode`
    public var ticketsEnabled = true
    /// `card_mode`
    public var cardsEnabled = true
    /// `white_mode`: only cards on the white list ride.
    public var whiteListRequired = true
    /// `is_line_white`: only cards on the line's list ride.
    public var lineListRequired = false

    public init() {}
}

/// The hours in which riders are admitted (`check_start_time_format`, `check_end_time_format`): start included, end not.
public struct ServiceWindow: Hashable, Sendable {
    public var start: WallTime
    public var end: WallTime
    /// When the heartbeat that brought it was answered; an old window must not refuse today's riders.
    public var learned: WallTime

    public init(start: WallTime, end: WallTime, learned: WallTime) {
        self.start = start
        self.end = end
        self.learned = learned
    }
}

/// The versions of what the box holds, as it echoes them in heartbeats. `"0"` before any.
public struct Versions: Hashable, Sendable {
    /// `version_code_all`
    public var cards = "0"
    /// `version_code_add`
    public var cardIncrement = "0"
    /// `line_version_code_all`
    public var lineCards = "0"
    /// `version_code`
    public var keys = "0"

    public init() {}
}
