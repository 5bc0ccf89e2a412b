import Base

/// The key group in force and the one before it, whose tickets stay good for the longest ticket lifetime.
public struct KeyRing: Hashable, Sendable {
    public var current: KeyGroup?
    public var previous: KeyGroup?
    /// When `current` came into force; nil when no clock was trusted then, and the previous group stays.
    public var replaced: WallTime?

    public init(current: KeyGroup? = nil, previous: KeyGroup? = nil, replaced: WallTime? = nil) {
        self.current = current
        self.previous = previous
        self.replaced = replaced
    }

    /// Puts `group` in force. The same version again changes the keys but keeps the previous group, unless `group` revokes that: then it is
    /// forgotten at once, and not kept for a time that somebody's clock tells.
    public mutating func adopt(_ group: KeyGroup, at time: WallTime?) {
        if current?.version != group.version {
            previous = current
            replaced = time
        }
        if let revoked = group.revokedVersion, let version = previous?.version, !Self.isNewer(version, than: revoked) {
            previous = nil
        }
        current = KeyGroup(version: group.version, keys: group.keys)
    }

    /// False too where one of them is no number, so that nobody knows: then tickets are refused rather than forged ones taken.
    private static func isNewer(_ version: String, than other: String) -> Bool {
        guard let version = Int64(version), let other = Int64(other) else { return false }
        return version > other
    }

    /// The keys with that id that are honoured at `time` (nil: no trusted clock), the current one first.
    public func keys(id: UInt8, at time: WallTime?) -> [KeyGroup.Key] {
        var found = current?.keys.filter { $0.id == id } ?? []
        if let previous, !isPreviousExpired(at: time) {
            found += previous.keys.filter { $0.id == id && !found.contains($0) }
        }
        return found
    }

    private func isPreviousExpired(at time: WallTime?) -> Bool {
        guard let time, let replaced else { return false }
        return time > replaced + .seconds(VT1Ticket.longestLifetimeSeconds)
    }
}
