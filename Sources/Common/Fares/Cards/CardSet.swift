/// A set of card numbers, exact: numbers of up to 15 digits in 8 bytes each, longer ones in 16.
public struct CardSet: Sendable {
    private var short: FlatSet<UInt64>
    private var long: FlatSet<UInt128>

    public init(shortCapacity: Int = 0, longCapacity: Int = 0) {
        short = FlatSet(capacity: shortCapacity)
        long = FlatSet(capacity: longCapacity)
    }

    public var count: Int { short.count + long.count }

    /// Of memory.
    public var byteCount: Int {
        short.slots.count * MemoryLayout<UInt64>.stride + long.slots.count * MemoryLayout<UInt128>.stride
    }

    /// Of memory that a fresh set of so many numbers of either length takes.
    static func byteCount(short: Int, long: Int) -> Int {
        FlatSet<UInt64>.slotCount(forCapacity: short) * MemoryLayout<UInt64>.stride
            + FlatSet<UInt128>.slotCount(forCapacity: long) * MemoryLayout<UInt128>.stride
    }

    public func contains(_ card: CardNumber) -> Bool {
        if let key = card.short { short.contains(key) } else { long.contains(card.packed) }
    }

    /// The laying out of this set's tables with room for so many more numbers of either length.
    func layout(addingShort shortAdded: Int, long longAdded: Int) -> Layout {
        Layout(
            base: self, shortLayout: FlatSetLayout(of: short, adding: shortAdded),
            longLayout: FlatSetLayout(of: long, adding: longAdded))
    }

    struct Layout: Sendable {
        fileprivate let base: CardSet
        fileprivate var shortLayout: FlatSetLayout<UInt64>
        fileprivate var longLayout: FlatSetLayout<UInt128>
        private var short: FlatSet<UInt64>?
        private var long: FlatSet<UInt128>?
        private var slot = 0

        fileprivate init(base: CardSet, shortLayout: FlatSetLayout<UInt64>, longLayout: FlatSetLayout<UInt128>) {
            self.base = base
            self.shortLayout = shortLayout
            self.longLayout = longLayout
        }

        /// Works on at most `limit` slots, and takes them off it. The set, with all members of the base, when it is finished.
        mutating func step(limit: inout Int) -> CardSet? {
            if short == nil { short = shortLayout.step(limit: &limit) }
            guard short != nil else { return nil }
            if long == nil { long = longLayout.step(limit: &limit) }
            guard long != nil else { return nil }
            let end = min(slot + limit, base.slotCount)
            limit -= end - slot
            for slot in slot..<end { move(slot) }
            slot = end
            guard slot == base.slotCount, let short = short.take(), let long = long.take() else { return nil }
            return CardSet(short: short, long: long)
        }

        /// Members move only into tables that begin empty.
        private mutating func move(_ slot: Int) {
            let shortCount = base.short.slots.count
            if slot < shortCount {
                if shortLayout.isEmptied, slot > 0, base.short.slots[slot] != 0 { short?.insert(slot: base.short.slots[slot]) }
            } else if longLayout.isEmptied, slot > shortCount, base.long.slots[slot - shortCount] != 0 {
                long?.insert(slot: base.long.slots[slot - shortCount])
            }
        }
    }

    private init(short: FlatSet<UInt64>, long: FlatSet<UInt128>) {
        self.short = short
        self.long = long
    }

    private var slotCount: Int { short.slots.count + long.slots.count }

    /// True when `card` was not a member before. There must be room, see `layout`.
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
