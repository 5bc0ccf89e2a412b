import Base
import HubStore
import Logging

/// Keeps the store within its bounds: expired tokens and tickets go, positions older than the operator keeps them, lists that others have
/// replaced, the platform's answers to checks, from old records the card numbers, and old ones that were put aside. Of several hubs on one
/// store one does it at a time.
public struct Maintenance: Sendable {
    /// Positions deleted in one transaction, so that no rider waits for many.
    static let positionsAtOnce = 2000
    /// Records that get pseudonyms in one transaction.
    static let recordsAtOnce = 1000
    /// Cards of former lists deleted in one transaction.
    static let cardsAtOnce = 2000
    /// Answers of the platform deleted in one transaction.
    static let answersAtOnce = 2000
    /// For so long a check that comes again gets the answer that it had.
    static let answersKept = Duration.seconds(86_400)
    static let interval = Duration.seconds(60)
    private static let lease = "maintenance"
    /// After which another hub goes on for one that died over it.
    private static let leaseTime = Duration.seconds(600)

    let positionsKept: Duration
    let recordsKept: Duration
    let pseudonyms: Pseudonyms
    let store: any HubStore
    let logger: Logger
    /// Names this program apart from others on the same store.
    let holder: String

    public init(
        positionsKept: Duration, recordsKept: Duration, pseudonyms: Pseudonyms, store: any HubStore, logger: Logger,
        holder: String
    ) {
        (self.positionsKept, self.recordsKept, self.pseudonyms) = (positionsKept, recordsKept, pseudonyms)
        (self.store, self.logger, self.holder) = (store, logger, holder)
    }

    /// Until it is cancelled.
    public func run(clock: @Sendable () -> WallTime) async throws {
        while true {
            do {
                try await pass(at: clock())
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("maintenance: \(error)")
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Does what is due, unless another program does.
    public func pass(at now: WallTime) async throws {
        guard try await store.lease(Self.lease, holder: holder, for: Self.leaseTime, at: now) else { return }
        do {
            try await work(at: now)
        } catch {
            try? await store.endLease(Self.lease, holder: holder)
            throw error
        }
        try await store.endLease(Self.lease, holder: holder)
        // Whoever changed rows, a command too: the log holds what they were. Where somebody reads just then, the next pass empties it.
        _ = try await store.emptyLog()
    }

    // Functions of their own, none inlined: as one, Debian's Swift 6.2.3, which makes the arm64 package, ends at an assertion (Type.h, "While
    // emitting IR SIL function … Maintenance.pass(at:)").

    @inline(never)
    private func work(at now: WallTime) async throws {
        try await store.prune(expiredAt: now)
        try await prunePositions(receivedBefore: now - positionsKept)
        while try await store.pruneGenerations(at: now, limit: Self.cardsAtOnce) == Self.cardsAtOnce {}
        try await pruneAnswers(receivedBefore: now - Self.answersKept)
        guard try await isPlausible(now) else { return }
        try await pseudonymise(receivedBefore: now - recordsKept)
        try await pruneSetAside(receivedBefore: now - recordsKept)
    }

    /// A large fleet adds more in a minute than go at once.
    @inline(never)
    private func prunePositions(receivedBefore oldest: WallTime) async throws {
        while try await store.prunePositions(receivedBefore: oldest, limit: Self.positionsAtOnce) == Self.positionsAtOnce {}
    }

    /// A card that could not be read can be given no pseudonym, and a ride of then is settled no more.
    @inline(never)
    private func pruneSetAside(receivedBefore oldest: WallTime) async throws {
        while try await store.pruneSetAside(receivedBefore: oldest, limit: Self.recordsAtOnce) == Self.recordsAtOnce {}
    }

    @inline(never)
    private func pruneAnswers(receivedBefore oldest: WallTime) async throws {
        while try await store.pruneForwards(answeredBefore: oldest, limit: Self.answersAtOnce) == Self.answersAtOnce {}
    }

    /// Whether the clock can be right; when it cannot, says so. Pseudonyms cannot be taken back.
    @inline(never)
    private func isPlausible(_ now: WallTime) async throws -> Bool {
        guard let newest = try await store.newestNamed(until: now), now > newest + recordsKept else { return true }
        logger.warning(
            """
            no record gets a pseudonym: the newest was received \(Int((now - newest) / .seconds(86400))) days ago, longer than records are kept; \
            is the clock right? It goes on with the next record
            """)
        return false
    }

    @inline(never)
    private func pseudonymise(receivedBefore oldest: WallTime) async throws {
        let name: @Sendable (String) -> String = { [pseudonyms] in pseudonyms.name(for: $0) }
        while try await store.pseudonymise(receivedBefore: oldest, limit: Self.recordsAtOnce, name) == Self.recordsAtOnce {}
    }
}
