/// Which taps or log lines are asked for: at most the `limit` latest of those after number `after`.
public struct LatestRange: Hashable, Sendable {
    public static let limits = 1...500
    public static let usualLimit = 20

    public var limit: Int
    /// The `sequence` that is known already; 0 before any.
    public var after: Int

    public init(limit: Int = usualLimit, after: Int = 0) {
        (self.limit, self.after) = (limit, after)
    }
}
