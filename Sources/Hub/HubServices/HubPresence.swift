import Base
import HubStore

/// Tells those who would move or change a store as a whole that a hub runs on it, by a lease that the hub prolongs while it runs.
public struct HubPresence: Sendable {
    static let interval = Duration.seconds(60)
    /// After which a hub that ended without a word is taken for gone.
    private static let leaseTime = Duration.seconds(180)
    private static let prefix = "hub "

    private let store: any HubStore
    private let program: String

    /// - Parameter program: names the hub's process apart from all others on the store.
    public init(_ store: any HubStore, program: String) {
        (self.store, self.program) = (store, program)
    }

    /// Until it is cancelled.
    public func run(clock: @Sendable () -> WallTime) async throws {
        do {
            while true {
                try await Task.sleep(for: Self.interval)
                await tell(at: clock())
            }
        } catch {
            try? await store.endLease(Self.prefix + program, holder: program)
            throw error
        }
    }

    /// A store that cannot be written at the moment is nothing to end for: whoever stores something says so.
    public func tell(at now: WallTime) async {
        _ = try? await store.lease(Self.prefix + program, holder: program, for: Self.leaseTime, at: now)
    }

    /// The programs of hubs that run on the store, or ended without a word within the last minutes.
    public static func programs(on store: any HubStore, at now: WallTime) async throws -> [String] {
        try await store.rows(of: .leases, after: [.text(prefix)], limit: 1000).compactMap { row in
            guard let name = row[0].text, name.hasPrefix(prefix), let holder = row[1].text, let end = row[2].integer else {
                return nil
            }
            return (now.milliseconds...(now + leaseTime * 2).milliseconds).contains(end) ? holder : nil
        }
    }
}
