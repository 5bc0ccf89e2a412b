import ValidatorCore

/// What is still to be written to the outbox, bounded, for the disk may stay full for days: marks on uploads by the uploads that
/// there are, positions by `maximumPositions`, readings by the rows that there are, of which each holds its last change only.
struct PendingChanges {
    /// Positions that are held; beyond, the oldest is dropped and counted.
    static let maximumPositions = 256

    /// Since the start.
    private(set) var droppedPositions = 0
    /// In their order.
    private var uploads: [OutboxChange] = []
    private var positions = 0
    private var readings: [Int: OutboxChange] = [:]

    var count: Int { uploads.count + readings.count }
    var isEmpty: Bool { count == 0 }

    /// Uploads in their order, then readings in that of their rows, so that a commit dirties few pages.
    var list: [OutboxChange] {
        uploads + readings.sorted { $0.key < $1.key }.map(\.value)
    }

    mutating func append(_ change: OutboxChange) {
        switch change {
        case .readingOpened(let reading): readings[reading.row] = change
        case .readingClosed(let row): readings[row] = change
        case .readingSeen(let row, let lastRead):
            guard case .readingOpened(var reading) = readings[row] else {
                readings[row] = change
                return
            }
            reading.lastRead = lastRead
            readings[row] = .readingOpened(reading)
        case .delivered, .refusedOnce, .refused: uploads.append(change)
        case .position:
            uploads.append(change)
            positions += 1
            guard positions > Self.maximumPositions, let oldest = uploads.firstIndex(where: \.isPosition) else { return }
            uploads.remove(at: oldest)
            positions -= 1
            droppedPositions += 1
        }
    }

    mutating func removeAll() {
        uploads = []
        readings = [:]
        positions = 0
    }
}

extension OutboxChange {
    fileprivate var isPosition: Bool {
        if case .position = self { true } else { false }
    }
}
