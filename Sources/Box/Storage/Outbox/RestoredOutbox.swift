import Fares
import ValidatorCore

/// What a restart finds in the outbox.
public struct RestoredOutbox: Sendable {
    /// Nil in a new outbox.
    public var state: BoxState?
    /// The latest taps, oldest first, at most 256. Without their used tickets, which are listed apart.
    public var recentTaps: [Tap] = []
    /// In the order of their use. Some may have expired: the outbox knows no time.
    public var usedTickets: [UsedTicket] = []
    /// Visits of cards to readers that had not ended, those unseen longest first.
    public var ongoingReadings: [OngoingReading] = []

    public init() {}
}
