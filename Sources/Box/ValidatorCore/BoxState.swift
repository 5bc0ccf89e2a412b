import Fares
import PlatformAPI

/// What the platform told the box and a restart must not forget; small, saved whole.
public struct BoxState: Hashable, Sendable {
    public var modes = Modes()
    public var window: ServiceWindow?
    public var keys = KeyRing()
    /// By which the transport ministry's codes are believed. They come from a file, and outlast it.
    public var roots = RootKeySet()
    /// `enterprise_id` as the last heartbeat reply named it.
    public var enterpriseID: String?
    /// Versions of lists that are larger than the box has memory for: none is fetched again, until another is named.
    public var tooLarge = NamedVersions()

    public init() {}
}
