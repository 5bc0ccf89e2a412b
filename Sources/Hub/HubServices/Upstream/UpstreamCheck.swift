import HubDomain

/// What became of an online check that was handed on to the platform.
public enum UpstreamCheck: Hashable, Sendable {
    case answered(PlatformAnswer)
    /// No usable answer in time, or nobody asks just now: why, for the log. An answer that comes later still goes to `onLateAnswer`.
    case away(String)
}
