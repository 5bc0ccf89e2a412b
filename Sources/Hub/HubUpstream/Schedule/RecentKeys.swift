import HubDomain

/// The latest few thousand keys that were added.
struct RecentKeys: Sendable {
    private static let half = 5000

    private var newer: Set<ForwardKey> = []
    private var older: Set<ForwardKey> = []

    mutating func add(_ key: ForwardKey) {
        newer.insert(key)
        guard newer.count >= Self.half else { return }
        (older, newer) = (newer, [])
    }

    /// Whether it was there.
    mutating func remove(_ key: ForwardKey) -> Bool {
        let wasNewer = newer.remove(key) != nil
        return older.remove(key) != nil || wasNewer
    }
}
