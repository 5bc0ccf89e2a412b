/// The laying out of a table's memory, a part at a time: eleven megabytes at once would hold the loop up for milliseconds.
struct FlatSetLayout<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private var slots: [Key] = []
    private let count: Int
    /// Nil for an empty table.
    private let source: FlatSet<Key>?

    /// `base` with room for `added` more members: a copy of it, or, where there is no room, an empty table for all of them.
    init(of base: FlatSet<Key>, adding added: Int) {
        source = base.hasRoom(for: added) ? base : nil
        count = source?.slots.count ?? FlatSet<Key>.slotCount(forCapacity: base.count + added)
        slots.reserveCapacity(count)
    }

    /// True when the members of the base are not in the laid out table and have to move into it.
    var isEmptied: Bool { source == nil }

    /// Lays out at most `limit` slots, and takes them off it. The table when it is finished.
    mutating func step(limit: inout Int) -> FlatSet<Key>? {
        let end = min(slots.count + limit, count)
        limit -= end - slots.count
        if let source {
            slots.append(contentsOf: source.slots[slots.count..<end])
        } else {
            slots.append(contentsOf: repeatElement(0, count: end - slots.count))
        }
        guard slots.count == count else { return nil }
        return source.map { FlatSet(copying: $0, slots: slots) } ?? FlatSet(laidOut: slots)
    }
}
