import Storage
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
    /// What writing them will add to the outbox's counts, and take from them.
    private(set) var effect = OutboxCounts()

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
        case .delivered(let key):
            uploads.append(change)
            effect.takePending(key)
        case .refused(let key, _, _):
            uploads.append(change)
            effect.takePending(key)
            if case .position = key { effect.refusedPositions += 1 } else { effect.refused += 1 }
        case .refusedOnce: uploads.append(change)
        case .position:
            uploads.append(change)
            positions += 1
            effect.positions += 1
            guard positions > Self.maximumPositions, let oldest = uploads.firstIndex(where: \.isPosition) else { return }
            uploads.remove(at: oldest)
            positions -= 1
            effect.positions -= 1
            droppedPositions += 1
        }
    }

    mutating func removeAll() {
        uploads = []
        readings = [:]
        positions = 0
        effect = OutboxCounts()
    }
}

extension OutboxChange {
    fileprivate var isPosition: Bool {
        if case .position = self { true } else { false }
    }
}

extension OutboxCounts {
    fileprivate mutating func takePending(_ key: UploadKey) {
        if case .position = key { positions -= 1 } else { records -= 1 }
    }

    /// These counts once `changes` are written.
    func expecting(_ changes: PendingChanges) -> OutboxCounts {
        var counts = self
        // A mark on what is gone changes nothing when it is written.
        counts.records = max(0, records + changes.effect.records)
        counts.positions = max(0, positions + changes.effect.positions)
        counts.refused += changes.effect.refused
        counts.refusedPositions += changes.effect.refusedPositions
        counts.droppedPositions += changes.droppedPositions
        return counts
    }
}
