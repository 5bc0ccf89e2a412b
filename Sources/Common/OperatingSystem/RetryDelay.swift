/// How long to wait before a device is tried again: doubling, 5 s at most, so that a plugged-in device is soon in use.
public struct RetryDelay: Hashable, Sendable {
    public static let shortest = Duration.milliseconds(250)
    public static let longest = Duration.seconds(5)

    private var upcoming = shortest

    public init() {}

    /// The next pause; each is twice the one before.
    public mutating func next() -> Duration {
        defer { upcoming = min(upcoming * 2, Self.longest) }
        return upcoming
    }

    /// The device works: the next failure starts from the shortest pause.
    public mutating func reset() {
        upcoming = Self.shortest
    }
}
