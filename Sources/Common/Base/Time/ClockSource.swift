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
