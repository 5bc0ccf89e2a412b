import ValidatorCore

/// What is still to be written to the outbox. Its positions are bounded, for the disk may stay full for days.
struct PendingChanges {
    /// Positions that are held; beyond, the oldest is dropped and counted.
    static let maximumPositions = 256

    /// In their order.
    private(set) var list: [OutboxChange] = []
    /// Since the start.
    private(set) var droppedPositions = 0
    private var positions = 0

    mutating func append(_ change: OutboxChange) {
        list.append(change)
        guard change.isPosition else { return }
        positions += 1
        guard positions > Self.maximumPositions, let oldest = list.firstIndex(where: \.isPosition) else { return }
        list.remove(at: oldest)
        positions -= 1
        droppedPositions += 1
    }

    mutating func removeAll() {
        list = []
        positions = 0
    }
}

extension OutboxChange {
    fileprivate var isPosition: Bool {
        if case .position = self { true } else { false }
    }
}
