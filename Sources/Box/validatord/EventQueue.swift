import Base
import ValidatorCore

/// Hands on one event at a time. One that comes of an effect waits until all effects of the event before it are carried out:
/// they keep their order, and with it taps their rows.
final class EventQueue {
    private var waiting: [(Event, Moment)] = []
    private var isHandling = false
    private let onEvent: (Event, Moment) -> Void

    /// - Parameter onEvent: handles the event and carries its effects out. It must not keep the queue's owner alive.
    init(onEvent: @escaping (Event, Moment) -> Void) {
        self.onEvent = onEvent
    }

    func handle(_ event: Event, at moment: Moment) {
        waiting.append((event, moment))
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !waiting.isEmpty {
            let (event, moment) = waiting.removeFirst()
            onEvent(event, moment)
        }
    }
}
