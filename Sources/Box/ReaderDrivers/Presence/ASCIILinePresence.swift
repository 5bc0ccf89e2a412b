import Base

/// Which cards lie on a reader that tells them by itself: some tell a card again and again while it is held, some once.
struct ASCIILinePresence: Sendable {
    /// A card is gone when it was not told for so long. An RDM6300 tells it every 65 ms and misses some near the edge of
    /// its field; who takes a card away and puts it back needs longer.
    static let holdTime = Duration.milliseconds(500)
    /// More cards than a field can power; the one unseen longest makes room.
    private static let limit = 4

    /// Those told last come last.
    private var cards: [(uid: [UInt8], lastSeen: Instant)] = []
    private var isSuspended = false

    /// When a card is gone unless it is told again before. What is read late, since the loop was held up, was not told late.
    var nextDeadline: Instant? {
        isSuspended ? nil : cards.first.map { $0.lastSeen + Self.holdTime }
    }

    /// `nextDeadline` has come.
    mutating func timeOut(at now: Instant) {
        cards.removeAll { now - $0.lastSeen >= Self.holdTime }
    }

    /// True when the card has just come.
    mutating func told(_ uid: [UInt8], at now: Instant) -> Bool {
        let known = cards.firstIndex { $0.uid == uid }
        if let known { cards.remove(at: known) }
        if cards.count == Self.limit { cards.removeFirst() }
        cards.append((uid, now))
        return known == nil
    }

    /// The reader can tell nothing from now on.
    mutating func suspend() {
        isSuspended = true
    }

    /// It can again. An outage is no departure: what lay there before may still lie there.
    mutating func resume(at now: Instant) {
        isSuspended = false
        for index in cards.indices { cards[index].lastSeen = now }
    }
}
