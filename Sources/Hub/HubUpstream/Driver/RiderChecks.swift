import Base
import HubServices

/// Riders, and devices that call for the first time, who wait for the platform: each until his deadline and no longer.
@MainActor struct RiderChecks {
    /// Exchanges at once, those included that nobody waits for any more; beyond, nobody asks.
    static let limit = 128

    struct Waiter {
        var deadline: Instant
        var resume: (PlatformPort.Outcome?) -> Void
    }

    private var waiters: [UInt64: Waiter] = [:]
    private var underWay: Set<UInt64> = []
    private var last: UInt64 = 0

    var isFull: Bool { underWay.count >= Self.limit }
    var count: Int { underWay.count }
    /// The next deadline.
    var nextDeadline: Instant? { waiters.values.lazy.map(\.deadline).min() }

    /// - Parameter resume: is called once, with nil when the time is over.
    mutating func begin(until deadline: Instant, resume: @escaping (PlatformPort.Outcome?) -> Void) -> UInt64 {
        last += 1
        underWay.insert(last)
        waiters[last] = Waiter(deadline: deadline, resume: resume)
        return last
    }

    /// The exchange has ended.
    /// - Returns: who waited for it; nil where nobody does any more.
    mutating func end(_ number: UInt64) -> Waiter? {
        underWay.remove(number)
        return waiters.removeValue(forKey: number)
    }

    /// Those whose time is over, and who are told so.
    mutating func expire(at now: Instant) -> [Waiter] {
        let due = waiters.filter { $0.value.deadline <= now }
        for number in due.keys { waiters[number] = nil }
        return due.sorted { $0.key < $1.key }.map(\.value)
    }
}
