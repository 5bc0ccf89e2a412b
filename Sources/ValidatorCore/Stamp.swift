/// Where the calendar time of a record came from, worst first. A better one replaces a worse one.
public enum ClockSource: Int, Comparable, Sendable, CaseIterable {
    /// Nobody vouches: the system clock lies before the software was built.
    case none = 0
    case system = 1
    /// `server_time` of a heartbeat reply.
    case server = 2
    case gps = 3

    public static func < (left: ClockSource, right: ClockSource) -> Bool { left.rawValue < right.rawValue }

    public var name: String {
        switch self {
        case .none: "none"
        case .system: "system"
        case .server: "server"
        case .gps: "gps"
        }
    }
}

/// When something happened, on both clocks, so that a record made before the calendar was known can be dated later.
public struct Stamp: Hashable, Sendable {
    public var instant: Instant
    /// The boot that `instant` belongs to.
    public var boot: UniqueID
    public var wall: WallTime
    /// Who vouches for `wall`; with `.none` and `.system` it is corrected once the receiver or the server tells the time.
    public var source: ClockSource

    public init(instant: Instant, boot: UniqueID, wall: WallTime, source: ClockSource) {
        self.instant = instant
        self.boot = boot
        self.wall = wall
        self.source = source
    }
}
