/// A set of card numbers, exact: numbers of up to 15 digits in 8 bytes each, longer ones in 16.
public struct CardSet: Sendable {
    private var short: FlatSet<UInt64>
    private var long: FlatSet<UInt128>

    public init(shortCapacity: Int = 0, longCapacity: Int = 0) {
        short = FlatSet(capacity: shortCapacity)
        long = FlatSet(capacity: longCapacity)
    }

    public var count: Int { short.count + long.count }
    public var shortCount: Int { short.count }
    public var longCount: Int { long.count }

    public func contains(_ card: CardNumber) -> Bool {
        if let key = card.short { short.contains(key) } else { long.contains(card.packed) }
    }

    /// True when so many more numbers of either length fit in without the table being built anew.
    func hasRoom(short shortAdded: Int, long longAdded: Int) -> Bool {
        short.hasRoom(for: shortAdded) && long.hasRoom(for: longAdded)
    }

    /// Short slots, then long ones; a walk over all of them meets each member once.
    var slotCount: Int { short.slots.count + long.slots.count }

    /// Takes the member over that stands in a slot of `other`, if one does.
    mutating func insert(slot index: Int, of other: CardSet) {
        if index < other.short.slots.count {
            if index > 0, other.short.slots[index] != 0 { short.insert(slot: other.short.slots[index]) }
        } else {
            let index = index - other.short.slots.count
            if index > 0, other.long.slots[index] != 0 { long.insert(slot: other.long.slots[index]) }
        }
    }

    /// True when `card` was not a member before. There must be room, see `hasRoom`.
    @discardableResult
    mutating func insert(_ card: CardNumber) -> Bool {
        if let key = card.short { short.insert(key) } else { long.insert(card.packed) }
    }

    /// True when `card` was a member.
    @discardableResult
    mutating func remove(_ card: CardNumber) -> Bool {
        if let key = card.short { short.remove(key) } else { long.remove(card.packed) }
    }

    /// The layout of `image`. To be raised whenever a member's place in its table changes, or old snapshots would find nothing.
    public static let imageFormat = 1

    /// The tables as they lie in memory, for the durable snapshot. No copy is made.
    public var image: (short: [UInt64], long: [UInt128]) { (short.slots, long.slots) }

    /// Takes over the tables of a snapshot whose checksum was right. Nil when they cannot be tables.
    public init?(short: [UInt64], long: [UInt128]) {
        guard let short = FlatSet(image: short), let long = FlatSet(image: long) else { return nil }
        self.short = short
        self.long = long
    }
}
