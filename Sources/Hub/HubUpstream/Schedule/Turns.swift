/// Devices in the order in which their turn comes.
struct Turns: Sendable {
    private var ids: [String] = []
    private var first = 0

    var isEmpty: Bool { first == ids.count }

    mutating func append(_ id: String) { ids.append(id) }

    mutating func next() -> String? {
        guard first < ids.count else { return nil }
        defer {
            first += 1
            // What was taken goes in large pieces.
            if first > 1024, first * 2 > ids.count {
                ids.removeFirst(first)
                first = 0
            }
        }
        return ids[first]
    }
}
