/// What the rider sees.
public enum Outcome: Int, Sendable {
    case refused = 0
    case accepted = 1
    /// The same card again within the repeat interval: the colour of the first tap, no second record.
    case repeated = 2

    public var name: String {
        switch self {
        case .refused: "refused"
        case .accepted: "accepted"
        case .repeated: "repeated"
        }
    }
}

/// Why. Kept with each record, since the platform's log has three values only. The raw values are stable: scripts read them.
public enum Reason: String, CaseIterable, Sendable {
    case ok
    case blocked
    case notOnWhiteList = "not_on_white_list"
    case notOnLineList = "not_on_line_list"
    case functionOff = "function_off"
    case notInServiceHours = "not_in_service_hours"
    /// A UID that is no card number under the reader's profile.
    case unreadableCard = "unreadable_card"
    /// Not a ticket of any known layout.
    case malformedTicket = "malformed_ticket"
    case unknownKey = "unknown_key"
    case forgedTicket = "forged_ticket"
    case ticketNotYetValid = "ticket_not_yet_valid"
    case ticketExpired = "ticket_expired"
    case ticketUsed = "ticket_used"
    case refusedByPlatform = "refused_by_platform"
    /// No record can be kept, so nobody is let on; red without a record.
    case outOfService = "out_of_service"

    /// `status` of the log calls (sections 4.3 and 5.4): 0 normal, 1 not on the white list, 2 blocked.
    public var logStatus: Int {
        switch self {
        case .ok: 0
        case .blocked: 2
        default: 1
        }
    }
}

/// How a decision came about.
public enum DecisionMode: Int, Sendable {
    case offline = 0
    case online = 1
    /// Asked the platform, got no usable reply in time, decided offline.
    case fallback = 2

    public var name: String {
        switch self {
        case .offline: "offline"
        case .online: "online"
        case .fallback: "fallback"
        }
    }
}

/// The number of a reader or a scanner: its place in the configuration, readers first, then scanners.
public typealias SourceIndex = Int

/// What was presented.
public enum Subject: Hashable, Sendable {
    case card(CardNumber)
    /// The scanned payload, untouched.
    case ticket([UInt8])
}

/// One answered tap: the durable record from which its uploads (booking, log) are made.
public struct Tap: Hashable, Sendable {
    /// `req_id` of its log, and the tap's name everywhere.
    public var logID: UniqueID
    /// `req_id` of its booking; after an online attempt, that attempt's.
    public var bookingID: UniqueID
    /// The reader's or scanner's configured id.
    public var source: String
    public var subject: Subject
    public var outcome: Outcome
    public var reason: Reason
    public var mode: DecisionMode
    public var stamp: Stamp
    public var position: Position?
    /// What is still to be uploaded.
    public var pending: UploadParts
    /// A single-ride ticket that this tap uses up; remembered in the same transaction.
    public var usedTicket: UsedTicket?

    /// The `req_id` under which the platform knows it: its log's, or that of the online check, which has no log.
    public var recordID: UniqueID { mode == .online ? bookingID : logID }

    public init(
        logID: UniqueID, bookingID: UniqueID, source: String, subject: Subject, outcome: Outcome, reason: Reason,
        mode: DecisionMode, stamp: Stamp, position: Position?, pending: UploadParts, usedTicket: UsedTicket? = nil
    ) {
        self.logID = logID
        self.bookingID = bookingID
        self.source = source
        self.subject = subject
        self.outcome = outcome
        self.reason = reason
        self.mode = mode
        self.stamp = stamp
        self.position = position
        self.pending = pending
        self.usedTicket = usedTicket
    }
}

/// The uploads that a tap gives rise to (reading 12).
public struct UploadParts: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `card_check` / `ticket_check` with `check_mode` 1: the ride is booked.
    public static let booking = UploadParts(rawValue: 1)
    /// `card_check_log` / `offline_qrcode_log`.
    public static let log = UploadParts(rawValue: 2)

    public var count: Int { rawValue.nonzeroBitCount }
}

/// A single-ride ticket that has been used: its 30 bytes, and when it may be forgotten.
public struct UsedTicket: Hashable, Sendable {
    public var bytes: [UInt8]
    public var expires: WallTime

    public init(bytes: [UInt8], expires: WallTime) {
        self.bytes = bytes
        self.expires = expires
    }
}
