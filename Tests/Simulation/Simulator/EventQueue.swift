import Base
import ValidatorCore

/// What will happen, by its time; what is due at one time happens in the order in which it was planned.
struct EventQueue<Event> {
    private struct Entry {
        let due: Instant
        let order: Int
        /// Where the event is; it does not move when the heap does.
        let place: Int

        func isBefore(_ other: Entry) -> Bool {
            due == other.due ? order < other.order : due < other.due
        }
    }

    /// A binary heap: no entry is before its parent.
    private var heap: [Entry] = []
    private var events: [Event?] = []
    private var freePlaces: [Int] = []
    private var planned = 0

    var nextDue: Instant? { heap.first?.due }

    mutating func add(_ event: Event, at due: Instant) {
        let place = freePlaces.popLast() ?? events.count
        if place == events.count { events.append(event) } else { events[place] = event }
        planned += 1
        heap.append(Entry(due: due, order: planned, place: place))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The next event if it is due.
    mutating func take(dueAt now: Instant) -> Event? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var least = 2 * parent + 1
            if least + 1 < heap.count, heap[least + 1].isBefore(heap[least]) { least += 1 }
            guard heap[least].isBefore(heap[parent]) else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        freePlaces.append(first.place)
        return events[first.place].take()
    }
}
