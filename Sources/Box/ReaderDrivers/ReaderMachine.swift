import Base

/// A card reader's protocol as a machine without a port and without a clock: events in, outputs back, in their order.
public protocol ReaderMachine: Sendable {
    /// Takes what happens to the port. `.timer` before `nextDeadline` does nothing.
    mutating func handle(_ event: DeviceEvent, now: Instant) -> [CardReaderOutput]
    /// When `.timer` is due; nil when nothing is waited for, as always while the port is closed.
    var nextDeadline: Instant? { get }
}
