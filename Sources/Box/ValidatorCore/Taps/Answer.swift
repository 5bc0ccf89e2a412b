import Base
import Fares

/// What the rider gets, and what the log says of it.
public struct Answer: Hashable, Sendable {
    public var source: SourceIndex
    public var subject: Subject
    public var isGreen: Bool
    public var outcome: Outcome
    public var reason: Reason
    public var mode: DecisionMode
    /// `req_id` of the record's log; of the first tap's when repeated; nil when out of service, and of a refusal beyond
    /// what is recorded.
    public var record: UniqueID?
    /// The platform's voice; 0: our own prompt.
    public var soundNumber: Int
    /// The platform's `ret_msg` for the rider; empty when it said nothing.
    public var message: String
    /// When the tap was noticed.
    public var received: Instant

    public init(
        source: SourceIndex, subject: Subject, isGreen: Bool, outcome: Outcome, reason: Reason, mode: DecisionMode,
        record: UniqueID?, soundNumber: Int = 0, message: String = "", received: Instant
    ) {
        self.source = source
        self.subject = subject
        self.isGreen = isGreen
        self.outcome = outcome
        self.reason = reason
        self.mode = mode
        self.record = record
        self.soundNumber = soundNumber
        self.message = message
        self.received = received
    }
}
