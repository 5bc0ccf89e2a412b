import Base

/// What is to be tried again, and when, to a hundredth of a second.
struct RetryQueue<Item: Sendable>: Sendable {
    private static var slot: Duration { .milliseconds(10) }

    private var slots: [Int64: [Item]] = [:]
    /// All before it are taken.
    private var first: Int64 = 0
    private(set) var count = 0

    /// - Parameter time: after the start; what has passed is due at once.
    mutating func add(_ item: Item, at time: Duration) {
        slots[max(time.wholeNanoseconds / Self.slot.wholeNanoseconds, first), default: []].append(item)
        count += 1
    }

    /// All that is due by then.
    mutating func take(until time: Duration) -> [Item] {
        let last = time.wholeNanoseconds / Self.slot.wholeNanoseconds
        var items: [Item] = []
        while first < last, count > 0 {
            if let due = slots.removeValue(forKey: first) {
                items += due
                count -= due.count
            }
            first += 1
        }
        first = max(first, last)
        return items
    }
}
