/// Runs all work on the database, one piece after the other, and commits what came in together at once: a sync costs
/// milliseconds however much it covers, so that a fleet's uploads do not queue for it one by one.
///
/// What waits is bounded by the server's connections, each of which has one request at a time.
public actor GroupCommit {
    private struct Job: Sendable {
        /// Does the work; to be followed by the completion it gives once the commit is done.
        let perform: @Sendable (HubDatabase) -> () -> Void
        /// Ends the job without its work, or after its work has been undone.
        let fail: @Sendable (any Error) -> Void
    }

    private let database: HubDatabase
    private var waiting: [Job] = []

    /// Opens the database at `path`, or makes it.
    public init(path: String) throws {
        database = try HubDatabase(path: path)
    }

    /// What `work` returns, once all that it wrote is on disk. When it throws, nothing of it is.
    public func run<Result: Sendable>(_ work: @escaping @Sendable (HubDatabase) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(
                Job(
                    perform: { database in
                        let result = Swift.Result { try database.part { try work(database) } }
                        return { continuation.resume(with: result) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
            // Behind whatever reached the actor before it, which shares the commit.
            if waiting.count == 1 { Task { self.commit() } }
        }
    }

    /// Empties the write-ahead log between two commits; false when another connection kept it, see `HubDatabase.emptyLog`.
    public func emptyLog() throws -> Bool { try database.emptyLog() }

    private func commit() {
        let batch = waiting
        waiting = []
        do {
            let completions = try database.transaction { batch.map { $0.perform(database) } }
            for complete in completions { complete() }
        } catch {
            for job in batch { job.fail(error) }
        }
    }
}
