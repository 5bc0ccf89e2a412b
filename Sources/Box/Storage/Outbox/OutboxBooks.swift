import Fares
import ValidatorCore

/// What is known of the tables without reading them. A transaction works on a copy, which counts only once it is committed.
struct OutboxBooks {
    /// Bookings and logs of taps.
    struct Parts: Equatable {
        var bookings = 0
        var logs = 0

        var total: Int { bookings + logs }

        mutating func add(_ parts: UploadParts, times: Int = 1) {
            if parts.contains(.booking) { bookings += times }
            if parts.contains(.log) { logs += times }
        }

        static func += (left: inout Parts, right: Parts) {
            left.bookings += right.bookings
            left.logs += right.logs
        }
    }

    /// Still to be delivered.
    var pending = Parts()
    /// Refused by the platform for good.
    var refused = Parts()
    /// Carried away in a file.
    var collected = Parts()
    /// Still to be delivered.
    var positions = 0
    var refusedPositions = 0
    var collectedPositions = 0
    /// Since the outbox was begun.
    var droppedPositions = 0
    var usedTickets = 0
    /// Visits that have not ended.
    var readings = 0

    /// The row of the next tap.
    var nextRow: Int64 = 1
    /// No tap before this row has anything to upload.
    var firstPending: Int64 = 1
    /// No finished tap before this row is left to forget.
    var prunedTo: Int64 = 0
    /// No collected tap before this row is left to forget.
    var prunedCollectedTo: Int64 = 0

    var storedPositions: Int { positions + refusedPositions + collectedPositions }

    var counts: OutboxCounts {
        var counts = OutboxCounts()
        counts.records = pending.total
        counts.positions = positions
        counts.refused = refused.total
        counts.refusedPositions = refusedPositions
        counts.collected = collected.total
        counts.collectedPositions = collectedPositions
        counts.droppedPositions = droppedPositions
        return counts
    }

    /// Whatever is counted, by its name.
    private var entries: [(name: String, count: Int)] {
        [
            ("bookings that wait", pending.bookings), ("logs that wait", pending.logs),
            ("refused bookings", refused.bookings), ("refused logs", refused.logs),
            ("collected bookings", collected.bookings), ("collected logs", collected.logs),
            ("positions that wait", positions), ("refused positions", refusedPositions),
            ("collected positions", collectedPositions), ("used tickets", usedTickets), ("open visits", readings),
        ]
    }

    /// Which counts are negative.
    var impossibilities: String {
        entries.filter { $0.count < 0 }.map { "\($0.name): \($0.count)" }.joined(separator: "; ")
    }

    /// True while no count is negative, which only a mistake in this software makes it.
    var isPossible: Bool {
        pending.bookings >= 0 && pending.logs >= 0 && refused.bookings >= 0 && refused.logs >= 0 && collected.bookings >= 0
            && collected.logs >= 0 && positions >= 0 && refusedPositions >= 0 && collectedPositions >= 0 && usedTickets >= 0
            && readings >= 0
    }

    /// What is wrong with these books, which were kept, by what was counted in the tables; nil when nothing is.
    func differences(from counted: OutboxBooks) -> String? {
        var differences = zip(entries, counted.entries).filter { $0.count != $1.count }.map { kept, found in
            "\(kept.name): \(found.count) in the file, \(kept.count) in memory"
        }
        if nextRow != counted.nextRow {
            differences.append("the next tap's row: \(counted.nextRow) by the file, \(nextRow) in memory")
        }
        if firstPending > counted.firstPending {
            differences.append(
                "the first tap that waits: \(counted.firstPending) in the file, not before \(firstPending) in memory")
        }
        return differences.isEmpty ? nil : differences.joined(separator: "; ")
    }
}
