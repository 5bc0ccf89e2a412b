import JSON
import ValidatorCore

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

/// The latest answered taps, for `validatorctl taps`.
nonisolated struct ControlTapHistory: Sendable {
    static let capacity = 1000

    private var taps: [ControlTap] = []
    /// How many there were since the start; the sequence number of the last one.
    private(set) var count = 0

    /// Remembers `tap` under the next sequence number, and forgets the oldest one when there are too many.
    mutating func append(_ tap: ControlTap) {
        count += 1
        var tap = tap
        tap.sequence = count
        if taps.count < Self.capacity { taps.append(tap) } else { taps[(count - 1) % Self.capacity] = tap }
    }

    /// The last `limit` ones that came after number `sequence`, oldest first.
    func latest(_ limit: Int, after sequence: Int = 0) -> [ControlTap] {
        let first = max(count - min(limit, taps.count), sequence)
        guard first < count else { return [] }
        return (first..<count).map { taps[$0 % Self.capacity] }
    }
}
