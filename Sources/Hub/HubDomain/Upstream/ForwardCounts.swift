/// How many calls are on their way to the platform.
public struct ForwardCounts: Hashable, Sendable {
    public var waiting = 0
    public var refused = 0

    public init(waiting: Int = 0, refused: Int = 0) { (self.waiting, self.refused) = (waiting, refused) }
}
