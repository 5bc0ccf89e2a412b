import Base

/// Which tags' TIDs are to be read after a round of the inventory: those that have just come, a few at a time, so that the
/// next round is never far. A tag that cannot be read is tried again, less often after a while, for as long as it is there.
struct TagReadQueue: Sendable {
    /// The others come after the next round, which finds them again.
    static let readsPerRound = 8
    /// After so many failures ...
    static let attempts = 3
    /// ... a tag is tried only so often, since it keeps the others waiting: it is too far away, or has no TID of that length.
    static let pause = Duration.seconds(5)
    static let rememberedFailures = 1000

    private struct Failures {
        var count: Int
        var retry: Instant
    }

    private var queue: [[UInt8]] = []
    private var failures = LeastRecentlyUsedCache<[UInt8], Failures>(capacity: rememberedFailures)

    /// Takes a tag that a round has found, if it is time to read it, and there is room.
    mutating func add(epc: [UInt8], at now: Instant) {
        guard queue.count < Self.readsPerRound, !queue.contains(epc) else { return }
        if let failed = failures.value(for: epc), now < failed.retry { return }
        queue.append(epc)
    }

    mutating func next() -> [UInt8]? {
        queue.isEmpty ? nil : queue.removeFirst()
    }

    mutating func failed(epc: [UInt8], at now: Instant) {
        let count = (failures.value(for: epc)?.count ?? 0) + 1
        failures.store(Failures(count: count, retry: count < Self.attempts ? now : now + Self.pause), for: epc)
    }

    mutating func succeeded(epc: [UInt8], at now: Instant) {
        if failures.value(for: epc) != nil { failures.store(Failures(count: 0, retry: now), for: epc) }
    }

    mutating func removeAll() {
        queue = []
    }
}
