import Base
import HubDomain
import HubStore
import Logging

/// Says that records wait aside: how many to whoever measures, and to the log when they have changed in number, each hour at most.
public struct SetAsideWatch: Sendable {
    static let interval = Duration.seconds(60)
    static let silence = Duration.seconds(3600)

    let store: any HubStore
    let logger: Logger
    let onCount: @Sendable (Int) -> Void
    private var told: (count: Int, at: WallTime)?

    /// - Parameter onCount: is told how many wait, each minute.
    public init(_ store: any HubStore, logger: Logger, onCount: @escaping @Sendable (Int) -> Void) {
        (self.store, self.logger, self.onCount) = (store, logger, onCount)
    }

    /// Until it is cancelled.
    public func run(clock: @Sendable () -> WallTime) async throws {
        var watch = self
        while true {
            do {
                try await watch.look(at: clock())
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("records that were put aside: \(error)")
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    mutating func look(at now: WallTime) async throws {
        let counts = try await store.countsOfSetAside()
        let count = counts.values.reduce(0, +)
        onCount(count)
        // A clock that was set back silences nobody.
        guard count > 0, count != told?.count ?? 0, told.map({ now < $0.at || now >= $0.at + Self.silence }) ?? true else {
            return
        }
        told = (count, now)
        let reasons = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
        logger.warning("records set aside: \(count) (\(reasons.joined(separator: " "))); validator-hub set-aside lists them")
    }
}
