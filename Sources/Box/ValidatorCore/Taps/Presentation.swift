import Base
import Fares

/// A card or a ticket at a reader or a scanner, not yet decided.
struct Presentation: Sendable {
    /// By which a repetition of it is known.
    var key: RepeatGuard.Key
    var subject: Subject
    /// Of a card; empty of a ticket.
    var uid: [UInt8]
    /// `req_id` of its booking, and of the question to the platform if that is asked.
    var bookingID: UniqueID
    /// When it was noticed.
    var received: Instant
}
