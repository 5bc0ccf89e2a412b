import Base
import HubServices
import Logging
import OperatingSystem

/// Keeps the database within its bounds: expired tokens and tickets go, positions older than the operator keeps them, and
/// from old records the card numbers.
struct Maintenance: Sendable {
    /// Positions deleted in one transaction, so that no rider waits for many.
    static let positionsAtOnce = 2000
    /// Records that get pseudonyms in one transaction.
    static let recordsAtOnce = 1000
    static let interval = Duration.seconds(60)

    let positionsKept: Duration
    let recordsKept: Duration
    let pseudonyms: Pseudonyms
    let commits: GroupCommit
    let logger: Logger

    /// Until it is cancelled.
    func run() async throws {
        while true {
            do {
                try await pass(at: Clocks.now().system)
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("maintenance: \(error)")
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    func pass(at now: WallTime) async throws {
        let oldest = WallTime(milliseconds: now.milliseconds - Int64(positionsKept / .milliseconds(1)))
        try await pruneTickets(at: now)
        // A large fleet adds more in a minute than go at once.
        while try await prunePositions(receivedBefore: oldest) == Self.positionsAtOnce {}
        let oldestNamed = WallTime(milliseconds: now.milliseconds - Int64(recordsKept / .milliseconds(1)))
        if try await isPlausible(now) {
            while try await pseudonymise(receivedBefore: oldestNamed) == Self.recordsAtOnce {}
        }
        // Whoever changed rows, a command too: the log holds what they were. Where somebody reads just then, the next pass empties it.
        _ = try await commits.emptyLog()
    }

    // Functions of their own, none inlined: as one, Debian's Swift 6.2.3, which makes the arm64 package, ends at an assertion (Type.h, "While
    // emitting IR SIL function … Maintenance.pass(at:)").

    @inline(never)
    private func pruneTickets(at now: WallTime) async throws {
        try await commits.run { database in
            try database.tokens.prune(at: now)
            try database.usedTickets.prune(at: now)
        }
    }

    /// How many went.
    @inline(never)
    private func prunePositions(receivedBefore oldest: WallTime) async throws -> Int {
        try await commits.run { try $0.positions.prune(receivedBefore: oldest, limit: Self.positionsAtOnce) }
    }

    /// Whether the clock can be right; when it cannot, says so. Pseudonyms cannot be taken back.
    @inline(never)
    private func isPlausible(_ now: WallTime) async throws -> Bool {
        let newest = try await commits.run { try $0.records.newestNamed(until: now) }
        guard let newest, now > newest + recordsKept else { return true }
        logger.warning(
            """
            no record gets a pseudonym: the newest was received \(Int((now - newest) / .seconds(86400))) days ago, longer than records are kept; \
            is the clock right? It goes on with the next record
            """)
        return false
    }

    /// How many records got one.
    @inline(never)
    private func pseudonymise(receivedBefore oldest: WallTime) async throws -> Int {
        try await commits.run { [pseudonyms] in
            try $0.records.pseudonymise(receivedBefore: oldest, limit: Self.recordsAtOnce, pseudonyms)
        }
    }
}
