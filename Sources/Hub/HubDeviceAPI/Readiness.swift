import Synchronization

/// Whether requests may be sent here: between the start and the end of the service.
public final class Readiness: Sendable {
    public enum State: String, Sendable {
        case starting, ready, stopping
    }

    private let current = Mutex(State.starting)

    public init() {}

    public var state: State { current.withLock { $0 } }

    /// Requests are taken, the database is open and as this release lays it out. A hub that is stopping stays so.
    public func start() { current.withLock { if $0 == .starting { $0 = .ready } } }

    /// Those that were begun are finished, others better sent elsewhere.
    public func stop() { current.withLock { $0 = .stopping } }
}
