import ControlProtocol

/// The latest answered taps, for `validatorctl taps`.
nonisolated struct TapHistory: Sendable {
    static let capacity = 1000

    private var taps: [TapReport] = []
    /// How many there were since the start; the sequence number of the last one.
    private(set) var count = 0

    /// Remembers `tap` under the next sequence number, and forgets the oldest one when there are too many.
    mutating func append(_ tap: TapReport) {
        count += 1
        var tap = tap
        tap.sequence = count
        if taps.count < Self.capacity { taps.append(tap) } else { taps[(count - 1) % Self.capacity] = tap }
    }

    /// The last `limit` ones that came after number `sequence`, oldest first.
    func latest(_ limit: Int, after sequence: Int = 0) -> [TapReport] {
        let first = max(count - min(limit, taps.count), sequence)
        guard first < count else { return [] }
        return (first..<count).map { taps[$0 % Self.capacity] }
    }
}
