/// A set of packed numbers in one flat allocation: open addressing, linear probing, at most 12 bytes a card for 8-byte keys.
///
/// A lookup costs about one cache miss, and nothing but an equal key is found. Zero marks a free slot, so zero is never a member.
struct FlatSet<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// Free slots are zero. This is also the durable image, byte for byte, in the machine's own order.
    private(set) var slots: [Key]
    private(set) var count = 0

    /// Room for `capacity` members at 70 % full, where a probe still ends soon.
    init(capacity: Int = 0) {
        slots = Array(repeating: 0, count: capacity == 0 ? 0 : capacity * 10 / 7 + 1)
    }

    /// Takes over an image. Nil when it is so full that a search could not end; its members are not proved to be where they belong.
    init?(image: [Key]) {
        slots = image
        count = image.lazy.filter { $0 != 0 }.count
        guard image.isEmpty || count < image.count else { return nil }
    }

    /// True when `added` more members leave probes short: at most 90 % full.
    func hasRoom(for added: Int) -> Bool { added == 0 || (count + added) * 10 <= slots.count * 9 }

    func contains(_ key: Key) -> Bool {
        guard count > 0 else { return false }
        var index = home(of: key)
        while true {
            let slot = slots[index]
            if slot == key { return true }
            if slot == 0 { return false }
            index += 1
            if index == slots.count { index = 0 }
        }
    }

    /// True when `key` was not a member before.
    @discardableResult
    mutating func insert(_ key: Key) -> Bool {
        precondition(key != 0 && count + 1 < slots.count)
        var index = home(of: key)
        while slots[index] != 0 {
            if slots[index] == key { return false }
            index += 1
            if index == slots.count { index = 0 }
        }
        slots[index] = key
        count += 1
        return true
    }

    /// True when `key` was a member. Members behind it move up, so that no tombstones slow later searches down.
    @discardableResult
    mutating func remove(_ key: Key) -> Bool {
        guard contains(key) else { return false }
        var hole = home(of: key)
        while slots[hole] != key {
            hole = hole + 1 == slots.count ? 0 : hole + 1
        }
        var index = hole
        while true {
            index = index + 1 == slots.count ? 0 : index + 1
            let slot = slots[index]
            if slot == 0 { break }
            let distanceFromHome = (index - home(of: slot) + slots.count) % slots.count
            let distanceFromHole = (index - hole + slots.count) % slots.count
            if distanceFromHome >= distanceFromHole {
                slots[hole] = slot
                hole = index
            }
        }
        slots[hole] = 0
        count -= 1
        return true
    }

    /// Where a search begins: the high bits of a mixed key, scaled to the number of slots without a division.
    private func home(of key: Key) -> Int {
        var mixed = UInt64(truncatingIfNeeded: key)
        if Key.bitWidth > 64 { mixed ^= UInt64(truncatingIfNeeded: key >> 64) &* 0xD6E8_FEB8_6659_FD93 }
        mixed = (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(slots.count)).high)
    }
}
