import Synchronization

/// Connections by the address at their other end, so that one client cannot have them all. Those of this machine are not counted: there
/// the reverse proxy is, which stands for everybody.
final class AddressCounts: Sendable {
    private let limit: Int
    private let counts = Mutex<[String: Int]>([:])
    private let lastWarning = Mutex<ContinuousClock.Instant?>(nil)

    init(limit: Int) {
        self.limit = limit
    }

    /// One more; false when that is too many.
    func add(_ address: String) -> Bool {
        guard !Self.isThisMachine(address) else { return true }
        return counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    /// What to tell the operator when `add` refused a connection of that address; nil when something was told within a minute.
    func warning(of address: String, at now: ContinuousClock.Instant = .now) -> String? {
        let isDue = lastWarning.withLock { last in
            if let last, now - last < .seconds(60) { return false }
            last = now
            return true
        }
        guard isDue else { return nil }
        return "closed a connection address=\(address): it has server.max_connections_per_address (\(limit)) already"
    }

    /// One that was added is gone.
    func remove(_ address: String) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }

    private static func isThisMachine(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
