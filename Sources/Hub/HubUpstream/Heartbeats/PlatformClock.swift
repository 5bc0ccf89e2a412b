import Base

/// How far the platform's clock is from the hub's own, by the `server_time` of its replies.
struct PlatformClock: Sendable {
    /// A platform's clock that is further off is wrong, or the hub's is: nobody's boxes are told such a jump.
    static let tolerance = Duration.seconds(120)
    /// The middle one of so many counts, so that a few odd replies move nothing.
    private static let samples = 15
    /// `server_time` is cut to whole seconds.
    private static let half = Duration.milliseconds(500)

    private var offsets: [Duration] = []
    private var next = 0

    /// A reply said what time it is on the platform.
    /// - Parameters:
    ///   - sent: when it was asked, by the hub's clock.
    ///   - received: when the reply came.
    mutating func learn(_ serverTime: WallTime, sent: WallTime, received: WallTime) {
        let offset = serverTime + Self.half - (sent + (received - sent) / 2)
        if offsets.count < Self.samples { offsets.append(offset) } else { offsets[next] = offset }
        next = (next + 1) % Self.samples
    }

    /// By how much the platform's clock is ahead; nil before it told a time.
    var offset: Duration? { offsets.isEmpty ? nil : offsets.sorted()[offsets.count / 2] }

    /// Whether boxes are told the platform's time; else the hub's own.
    var isBelieved: Bool { offset.map { ($0 < .zero ? .zero - $0 : $0) <= Self.tolerance } ?? true }

    /// What is added to the hub's time for boxes.
    var correction: Duration { isBelieved ? offset ?? .zero : .zero }
}
