import Base

/// Which cards lie on a reader, so that each is one tap however often a poll finds it.
///
/// One missed poll is not a departure: a card is gone when several polls in a row did not see it, over a while. What
/// the reader did not look for does not count, so an outage of the reader is no departure either.
struct CardPresence: Sendable {
    /// A card is gone after so many polls without it ...
    static let minimumMisses = 2
    /// ... which reach over so long a time.
    static let minimumAbsence = Duration.milliseconds(300)
    /// More cards than a field can power; the one unseen longest makes room.
    static let limit = 4

    private struct Card {
        var uid: [UInt8]
        var misses = 0
        var firstMiss: Instant?
    }

    /// Those seen last come last.
    private var cards: [Card] = []
    private var lastUnreadable: Instant?

    /// Takes the result of one completed poll, nil when the field was empty, and tells it.
    mutating func found(_ uid: [UInt8]?, at now: Instant) -> [CardReaderOutput] {
        let isNew = hasCome(uid, at: now)
        guard let uid else { return [] }
        return [isNew ? .card(uid: uid) : .sighting(uid: uid)]
    }

    /// Takes the result of a poll that found what cannot be read, and tells it once however long it goes on. It may be any of the
    /// cards that were there, so that it proves the departure of none.
    mutating func foundUnreadable(at now: Instant) -> [CardReaderOutput] {
        defer { lastUnreadable = now }
        forgetMisses()
        if let lastUnreadable, now - lastUnreadable < Self.minimumAbsence { return [] }
        return [.unreadable]
    }

    private mutating func hasCome(_ uid: [UInt8]?, at now: Instant) -> Bool {
        // What nearly every poll finds: nothing new.
        if cards.count <= 1, cards.first?.uid == uid {
            forgetMisses()
            return false
        }
        for index in cards.indices where cards[index].uid != uid {
            cards[index].misses += 1
            cards[index].firstMiss = cards[index].firstMiss ?? now
        }
        cards.removeAll { card in
            guard card.uid != uid, let firstMiss = card.firstMiss else { return false }
            return card.misses >= Self.minimumMisses && now - firstMiss >= Self.minimumAbsence
        }
        guard let uid else { return false }
        let known = cards.firstIndex { $0.uid == uid }
        if let known { cards.remove(at: known) }
        if cards.count == Self.limit { cards.removeFirst() }
        cards.append(Card(uid: uid))
        return known == nil
    }

    /// The reader was not able to look: what was missed before proves nothing any more.
    mutating func interrupted() {
        forgetMisses()
    }

    private mutating func forgetMisses() {
        for index in cards.indices {
            cards[index].misses = 0
            cards[index].firstMiss = nil
        }
    }
}
