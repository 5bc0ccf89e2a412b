import Fares

/// The ticket keys that are honoured.
public struct KeyFacts: Hashable, Sendable {
    /// The group in force and the one before it.
    public var ring: KeyRing
    /// The newest version whose keys are revoked, and with it all that were before; nil when none ever was.
    public var revokedVersion: Int64?

    public init(ring: KeyRing = KeyRing(), revokedVersion: Int64? = nil) {
        (self.ring, self.revokedVersion) = (ring, revokedVersion)
    }
}
