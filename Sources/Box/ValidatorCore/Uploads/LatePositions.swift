import Base

/// Which positions are kept while the platform is away: all of the first while, then a thinner track, so that a day without
/// a link drains in minutes. Records of taps are never thinned.
struct LatePositions: Sendable {
    /// Kept whole: an hour at one position each 5 s.
    static let wholeCount = 720
    /// After the first while one position is kept each so often.
    static let thinInterval = Duration.seconds(30)
    /// After the first while a position is kept also when the bus has turned by so much, so that the track follows the streets.
    static let turnDegrees = 30.0

    private var count = 0
    private var last: (at: Instant, course: Double?)?

    /// Whether to keep what was recorded at `now`.
    mutating func keeps(_ position: Position?, at now: Instant) -> Bool {
        if count >= Self.wholeCount, let last, now - last.at < Self.thinInterval, !isTurn(from: last.course, to: position?.course)
        {
            return false
        }
        count += 1
        last = (now, position?.course)
        return true
    }

    /// The platform has taken a fresh one: the next absence starts anew.
    mutating func reset() {
        count = 0
        last = nil
    }

    private func isTurn(from old: Double?, to new: Double?) -> Bool {
        guard let old, let new else { return false }
        let difference = (new - old).magnitude
        return min(difference, 360 - difference) >= Self.turnDegrees
    }
}
