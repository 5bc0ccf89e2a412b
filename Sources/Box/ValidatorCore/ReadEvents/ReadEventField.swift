import Base

/// The cards in the readers' fields: found by reader and TID, and per reader in the order of their last read.
/// Every operation takes constant time. A card's place does not change while it is there, and is its row in the outbox.
struct ReadEventField: Sendable {
    struct Card {
        var id: UniqueID
        var tid: [UInt8]
        var reader: SourceIndex
        var firstRead: WallTime
        var firstSeen: Instant
        var lastSeen: Instant
        /// The outbox knows `lastSeen`.
        var isNoted = true
    }

    private struct Place {
        /// Nil in a free place, and in one whose row holds a card of an earlier run.
        var card: Card?
        var older: Int?
        var newer: Int?
    }

    private struct Ends {
        var oldest: Int?
        var newest: Int?
    }

    private var places: [Place] = []
    private var freePlaces: [Int] = []
    private var placeOfTID: [[[UInt8]: Int]]
    private var ends: [Ends]
    /// Cards whose last read the outbox does not know.
    private(set) var unnotedCount = 0

    /// - Parameter taken: rows that hold cards of an earlier run, each once.
    init(readers: Int, taken: [Int]) {
        placeOfTID = Array(repeating: [:], count: readers)
        ends = Array(repeating: Ends(), count: readers)
        let count = (taken.max() ?? -1) + 1
        places = Array(repeating: Place(), count: count)
        let takenPlaces = Set(taken)
        precondition(takenPlaces.count == taken.count, "no two open readings lie in one row")
        freePlaces = (0..<count).reversed().filter { !takenPlaces.contains($0) }
    }

    /// Cards of this run, and rows of an earlier one that are not released.
    var count: Int { places.count - freePlaces.count }
    /// Places run from 0 to this.
    var placeCount: Int { places.count }

    subscript(place: Int) -> Card? { places[place].card }

    func place(of tid: [UInt8], on reader: SourceIndex) -> Int? { placeOfTID[reader][tid] }

    /// The card on `reader` that has not been seen for the longest time.
    func oldest(on reader: SourceIndex) -> (place: Int, lastSeen: Instant)? {
        guard let place = ends[reader].oldest, let card = places[place].card else { return nil }
        return (place, card.lastSeen)
    }

    /// - Precondition: the card is not there yet.
    mutating func insert(_ card: Card) -> Int {
        let place = freePlaces.popLast() ?? places.count
        if place == places.count { places.append(Place()) }
        precondition(places[place].card == nil, "no two open readings lie in one row")
        let former = placeOfTID[card.reader].updateValue(place, forKey: card.tid)
        precondition(former == nil, "a card has one visit to a reader at a time")
        if !card.isNoted { unnotedCount += 1 }
        let reader = card.reader
        places[place].card = card
        append(place, to: reader)
        return place
    }

    /// The card was seen again: it becomes its reader's newest.
    mutating func see(_ place: Int, at now: Instant) {
        guard let reader = places[place].card?.reader else { return }
        if places[place].card?.isNoted == true { unnotedCount += 1 }
        places[place].card?.lastSeen = now
        places[place].card?.isNoted = false
        guard ends[reader].newest != place else { return }
        unlink(place, from: reader)
        append(place, to: reader)
    }

    mutating func markNoted(_ place: Int) {
        guard places[place].card?.isNoted == false else { return }
        places[place].card?.isNoted = true
        unnotedCount -= 1
        precondition(unnotedCount >= 0, "a last read is noted once")
    }

    mutating func remove(_ place: Int) -> Card? {
        guard let card = places[place].card else { return nil }
        markNoted(place)
        unlink(place, from: card.reader)
        placeOfTID[card.reader][card.tid] = nil
        release(place)
        return card
    }

    /// The row of an earlier run's card is free.
    mutating func release(_ place: Int) {
        places[place] = Place()
        freePlaces.append(place)
    }

    private mutating func append(_ place: Int, to reader: SourceIndex) {
        let newest = ends[reader].newest
        places[place].older = newest
        places[place].newer = nil
        if let newest { places[newest].newer = place } else { ends[reader].oldest = place }
        ends[reader].newest = place
    }

    private mutating func unlink(_ place: Int, from reader: SourceIndex) {
        let (older, newer) = (places[place].older, places[place].newer)
        if let older { places[older].newer = newer } else { ends[reader].oldest = newer }
        if let newer { places[newer].older = older } else { ends[reader].newest = older }
    }
}
