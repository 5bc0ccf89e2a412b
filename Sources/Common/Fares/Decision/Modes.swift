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
