/// What is wrong with a link. Counts for the connections that are there, and for those to come.
public struct LinkFaults: Sendable {
    public enum Admission: Sendable {
        case forward
        /// Nobody listens; what was connected is reset.
        case refuse
        /// Every byte vanishes, and nobody is told. A connection that lost a byte stays silent when the link is well again.
        case swallow
        /// Somebody else answers in the platform's place: these bytes to whatever is asked, then the end.
        case answer([UInt8])
    }

    public var admission = Admission.forward
    /// Each way.
    public var latency = Duration.zero
    /// Up to so much more, each way.
    public var jitter = Duration.zero
    /// Each way of each connection; nil is no limit.
    public var bytesPerSecond: Int?
    /// A connection is reset once it has passed so many bytes towards the platform.
    public var cutRequestsAfter: Int?
    /// A connection is reset once it has passed so many bytes from the platform.
    public var cutRepliesAfter: Int?
    /// The share of replies that never arrive, although the platform got the request: a reset comes instead.
    public var lostReplies = 0.0
    /// Replies are noise of the same length.
    public var isGarbling = false

    public init() {}

    public static func admission(_ admission: Admission) -> LinkFaults {
        var faults = LinkFaults()
        faults.admission = admission
        return faults
    }

    public static func latency(_ latency: Duration) -> LinkFaults {
        var faults = LinkFaults()
        faults.latency = latency
        return faults
    }
}
