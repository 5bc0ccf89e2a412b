import Base
import Fares
import JSON

/// An answered tap as `validatorctl taps` shows it.
nonisolated struct ControlTap: Sendable {
    /// From 1, in the order of the answers since the start.
    var sequence: Int
    var time: WallTime
    /// The configured id of its reader or scanner.
    var source: String
    /// Masked or not, as the configuration says.
    var card: String
    var outcome: Outcome
    var reason: Reason
    var mode: DecisionMode
    /// `req_id` of the record's log; nil when out of service.
    var record: UniqueID?
    /// From the tap to the decision, to the durable record (nil without one), and to the light.
    var decide: Duration
    var durable: Duration?
    var answer: Duration

    var json: JSONValue {
        [
            "sequence": .int(sequence), "time": .string(time.timestamp), "source": .string(source), "card": .string(card),
            "outcome": .string(outcome.name), "reason": .string(reason.rawValue), "mode": .string(mode.name),
            "record": .optional(record?.description), "decide_us": .int(decide.wholeMicroseconds),
            "durable_us": durable.map { .int($0.wholeMicroseconds) } ?? .null, "answer_us": .int(answer.wholeMicroseconds),
        ]
    }
}
