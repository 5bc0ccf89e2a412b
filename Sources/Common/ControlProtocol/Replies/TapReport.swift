import Base
import Fares

/// An answered tap. Outcome, reason and mode are the words of `Outcome`, `Reason` and `DecisionMode`, to which releases add.
public struct TapReport: ControlValue {
    /// From 1, in the order of the answers since the start.
    public var sequence: Int?
    public var time: WallTime?
    /// The configured id of its reader or scanner.
    public var source = ""
    /// Masked or not, as the configuration says.
    public var card = ""
    public var outcome = ""
    public var reason = ""
    public var mode = ""
    /// `req_id` of the record's log; nil when out of service.
    public var record: String?
    /// From the tap to the decision, to the durable record (nil without one), and to the light.
    public var decide: Duration?
    public var durable: Duration?
    public var answer: Duration?

    public init() {}

    public init(
        sequence: Int, time: WallTime, source: String, card: String, outcome: Outcome, reason: Reason, mode: DecisionMode,
        record: UniqueID?, decide: Duration, durable: Duration?, answer: Duration
    ) {
        (self.sequence, self.time, self.source, self.card) = (sequence, time, source, card)
        (self.outcome, self.reason, self.mode) = (outcome.name, reason.rawValue, mode.name)
        self.record = record?.description
        (self.decide, self.durable, self.answer) = (decide, durable, answer)
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("sequence", &sequence)
        member("time", &time)
        member("source", &source)
        member("card", &card)
        member("outcome", &outcome)
        member("reason", &reason)
        member("mode", &mode)
        member("record", &record)
        member("decide_us", microseconds: &decide)
        member("durable_us", microseconds: &durable)
        member("answer_us", microseconds: &answer)
    }
}
