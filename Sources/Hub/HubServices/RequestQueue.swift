import HubStore
import Synchronization

/// What devices ask, in batches: those that come in while one is being written share the next, since a commit costs milliseconds however much
/// it covers, so that a fleet's uploads do not queue for it one by one.
public final class RequestQueue: Sendable {
    /// Requests that are decided and written at once.
    public static let maximumBatch = 512
    /// Requests that wait; beyond, they are refused as when the store cannot be reached. The server's connections, each of which has one
    /// request at a time, are as many.
    public static let maximumWaiting = 20_000

    private struct Job: Sendable {
        let want: @Sendable (inout WantedFacts) -> Void
        /// Does the work; to be followed by the completion that it gives once the commit is done.
        let perform: @Sendable (inout StoreFacts) -> @Sendable () -> Void
        /// Ends the job without its work, or after its work has been undone.
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isRunning = false
    }

    private let store: any HubStore
    private let onBatch: @Sendable (_ count: Int, _ time: Duration) -> Void
    private let state = Mutex(State())

    /// - Parameter onBatch: is told how many requests shared a commit, and how long they and it took.
    public init(_ store: any HubStore, onBatch: @escaping @Sendable (_ count: Int, _ time: Duration) -> Void = { _, _ in }) {
        (self.store, self.onBatch) = (store, onBatch)
    }

    /// Requests that have not begun yet.
    var countOfWaiting: Int { state.withLock { $0.waiting.count } }

    /// What `decide` makes of the facts that are wanted, once all that it changed is on disk. When it throws, nothing of it is.
    /// - Throws: `HubStoreError`, or what `decide` throws.
    public func run<Outcome: Sendable>(
        _ want: @escaping @Sendable (inout WantedFacts) -> Void,
        _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                want: want,
                perform: { facts in
                    let outcome = facts.attempt(decide)
                    return { continuation.resume(with: outcome) }
                },
                fail: { continuation.resume(throwing: $0) })
            let (isTaken, isFirst) = state.withLock { state in
                guard state.waiting.count < Self.maximumWaiting else { return (false, false) }
                state.waiting.append(job)
                defer { state.isRunning = true }
                return (true, !state.isRunning)
            }
            guard isTaken else {
                return job.fail(HubStoreError(.unavailable, "\(Self.maximumWaiting) requests wait for the store already"))
            }
            if isFirst { Task { await self.work() } }
        }
    }

    private func work() async {
        while let batch = next() {
            do {
                try await perform(batch)
            } catch {
                // One that the store never takes must not take its neighbours with it.
                let isPoisoned = (error as? HubStoreError)?.kind == .rejected && batch.count > 1
                for job in batch {
                    guard isPoisoned else {
                        job.fail(error)
                        continue
                    }
                    do { try await perform([job]) } catch { job.fail(error) }
                }
            }
        }
    }

    private func next() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            guard state.waiting.count > Self.maximumBatch else {
                defer { state.waiting.removeAll(keepingCapacity: true) }
                return state.waiting
            }
            defer { state.waiting.removeFirst(Self.maximumBatch) }
            return Array(state.waiting.prefix(Self.maximumBatch))
        }
    }

    private func perform(_ batch: [Job]) async throws {
        var wanted = WantedFacts()
        for job in batch { job.want(&wanted) }
        let began = ContinuousClock.now
        let completions = try await store.transact(wanted) { facts in batch.map { $0.perform(&facts) } }
        onBatch(batch.count, ContinuousClock.now - began)
        for complete in completions { complete() }
    }
}
