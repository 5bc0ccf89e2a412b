import Base
import Fares

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
