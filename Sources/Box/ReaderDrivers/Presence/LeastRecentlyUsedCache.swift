/// A dictionary of limited size: where there is no more room, the entry stored longest ago leaves. Every operation takes
/// the same short time, however much it holds.
struct LeastRecentlyUsedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node {
        var key: Key
        var value: Value
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    /// A list, linked by positions.
    private var nodes: [Node] = []
    private var positions: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    init(capacity: Int) {
        precondition(capacity > 0, "a cache holds at least one entry")
        self.capacity = capacity
    }

    var count: Int { nodes.count }

    func value(for key: Key) -> Value? {
        positions[key].map { nodes[$0].value }
    }

    /// Makes it the entry that leaves last.
    mutating func store(_ value: Value, for key: Key) {
        if let position = positions[key] {
            nodes[position].value = value
            unlink(position)
            link(position)
        } else if nodes.count == capacity, let position = oldest {
            unlink(position)
            positions[nodes[position].key] = nil
            nodes[position] = Node(key: key, value: value)
            positions[key] = position
            link(position)
        } else {
            nodes.append(Node(key: key, value: value))
            positions[key] = nodes.count - 1
            link(nodes.count - 1)
        }
    }

    private mutating func link(_ position: Int) {
        nodes[position].older = newest
        nodes[position].newer = nil
        if let newest { nodes[newest].newer = position }
        newest = position
        oldest = oldest ?? position
    }

    private mutating func unlink(_ position: Int) {
        let (newer, older) = (nodes[position].newer, nodes[position].older)
        if let newer { nodes[newer].older = older } else { newest = older }
        if let older { nodes[older].newer = newer } else { oldest = newer }
    }
}
