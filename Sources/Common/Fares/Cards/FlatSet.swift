/// A set of packed numbers in one flat allocation: open addressing, at most 12 bytes a card for 8-byte keys.
///
/// A slot holds a key scrambled by a function that loses nothing, so that equal slots are equal keys and nothing is found by a
/// collision. A key's home grows with its scrambled value, and keys stand in that order: a search, for a member or for none,
/// ends at the first slot that is not smaller, in about one cache miss.
struct FlatSet<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// The number of homes, then as many slots, then those for what the last homes push on. Free slots are zero; the last one
    /// is always free, so that every search ends. This is also the durable image, byte for byte, in the machine's own order.
    private(set) var slots: [Key]
    private(set) var count = 0
    private let homes: Int

    /// Room for `capacity` members at 70 % full, where a search still ends soon.
    init(capacity: Int = 0) {
        self.init(laidOut: Array(repeating: 0, count: Self.slotCount(forCapacity: capacity)))
    }

    /// An empty table in zeroed memory of a size that `slotCount` gave.
    init(laidOut slots: [Key]) {
        self.slots = slots
        homes = Self.homes(forSlots: slots.count)
        if homes > 0 { self.slots[0] = Key(homes) }
    }

    /// `slots` is a copy of `other`'s.
    init(copying other: FlatSet, slots: [Key]) {
        self.slots = slots
        homes = other.homes
        count = other.count
    }

    /// The slots of a table for `capacity` members: the head, the homes, and a little for what the last homes push on.
    static func slotCount(forCapacity capacity: Int) -> Int {
        guard capacity > 0 else { return 0 }
        let homes = capacity * 10 / 7 + 1
        return homes + homes / 256 + 3
    }

    /// The most homes that a fresh table of so many slots has: `slotCount` turned round.
    private static func homes(forSlots count: Int) -> Int {
        var homes = max(0, count - 3) * 256 / 257
        while homes + 1 + (homes + 1) / 256 + 3 <= count { homes += 1 }
        return homes
    }

    /// Takes over an image. Nil when it cannot be one; its members are not proved to be where they belong.
    init?(image: [Key]) {
        slots = image
        homes = Int(clamping: image.first ?? 0)
        count = image.dropFirst().lazy.filter { $0 != 0 }.count
        guard image.isEmpty || (homes > 0 && homes < image.count - 1 && image.last == 0) else { return nil }
    }

    /// True when `added` more members leave searches short: at most 90 % full.
    func hasRoom(for added: Int) -> Bool { added == 0 || (count + added) * 10 <= homes * 9 }

    func contains(_ key: Key) -> Bool {
        guard count > 0 else { return false }
        let scrambled = Self.scrambled(key)
        return slots[position(of: scrambled)] == scrambled
    }

    /// True when `key` was not a member before.
    @discardableResult
    mutating func insert(_ key: Key) -> Bool {
        precondition(key != 0)
        return insert(slot: Self.scrambled(key))
    }

    /// Takes a slot of another set over. True when its key was not a member before.
    @discardableResult
    mutating func insert(slot scrambled: Key) -> Bool {
        let position = position(of: scrambled)
        guard slots[position] != scrambled else { return false }
        var pushed = scrambled
        var index = position
        while pushed != 0 {
            swap(&pushed, &slots[index])
            index += 1
        }
        if index == slots.count { slots.append(0) }
        count += 1
        return true
    }

    /// True when `key` was a member. Those that it had pushed on move back, so that nothing slows later searches down.
    @discardableResult
    mutating func remove(_ key: Key) -> Bool {
        guard count > 0 else { return false }
        let scrambled = Self.scrambled(key)
        var hole = position(of: scrambled)
        guard slots[hole] == scrambled else { return false }
        while slots[hole + 1] != 0, home(of: slots[hole + 1]) <= hole {
            slots[hole] = slots[hole + 1]
            hole += 1
        }
        slots[hole] = 0
        count -= 1
        return true
    }

    /// Where `scrambled` is, or would be put.
    private func position(of scrambled: Key) -> Int {
        var index = home(of: scrambled)
        // One comparison for "smaller, and not free": a free slot, zero, becomes the largest of all.
        let bound = scrambled &- 1
        while slots[index] &- 1 < bound { index += 1 }
        return index
    }

    /// Grows with the scrambled value; the scaling needs no division.
    private func home(of scrambled: Key) -> Int {
        let high = UInt64(truncatingIfNeeded: scrambled >> (Key.bitWidth - 64))
        return 1 + Int(truncatingIfNeeded: high.multipliedFullWidth(by: UInt64(homes)).high)
    }

    /// Spreads keys that differ little over all homes. Every step can be undone, so different keys stay different, and only
    /// zero becomes zero.
    private static func scrambled(_ key: Key) -> Key {
        let golden = Key(truncatingIfNeeded: 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835 as UInt128)
        let half = Key.bitWidth / 2
        var key = (key ^ key >> half) &* golden
        key = (key ^ key >> half) &* golden
        return key ^ key >> half
    }
}
