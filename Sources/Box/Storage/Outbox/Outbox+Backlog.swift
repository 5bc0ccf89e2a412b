import Base
import SQLite
import ValidatorCore

/// How far the backlog has been handed out.
struct BacklogCursor {
    /// The first tap that has not been handed out whole.
    var tap: Int64 = 0
    /// Of that tap the booking was handed out.
    var hasBooking = false
    /// The first position that has not been handed out.
    var position: Int64 = 0
}

extension Outbox {
    /// The next `limit` uploads behind those handed out before: records first, oldest first, then positions.
    /// Fewer than `limit` come only at the end. What was refused for good is not among them.
    ///
    /// - Parameter fromStart: forgets what was handed out before.
    public mutating func backlog(limit: Int, fromStart: Bool) throws(StorageError) -> [Upload] {
        if fromStart { cursor = BacklogCursor(tap: books.firstPending) }
        var found: [Upload] = []
        let pendingTaps = try taps.pending(from: cursor.tap, limit: limit)
        if fromStart { books.firstPending = pendingTaps.first?.row ?? books.nextRow }
        for stored in pendingTaps {
            let isBookingDone = cursor.hasBooking && cursor.tap == stored.row
            let uploads = stored.uploads.filter { !isBookingDone || $0.key != .booking(stored.row) }
            let taken = uploads.prefix(limit - found.count)
            found += taken
            guard taken.count == uploads.count else {
                if !taken.isEmpty { (cursor.tap, cursor.hasBooking) = (stored.row, true) }
                return found
            }
            (cursor.tap, cursor.hasBooking) = (stored.row + 1, false)
        }
        for stored in try positions.pending(from: cursor.position, limit: limit - found.count) {
            found.append(stored.upload)
            cursor.position = stored.row + 1
        }
        return found
    }

    /// Dates the taps and positions of `boot` for which nobody vouched, or only the system clock where `source` is better:
    /// `wall` is what the clock should have shown at `at`.
    public mutating func correctTimes(boot: UniqueID, at: Instant, wall: WallTime, source: ClockSource) throws(StorageError) {
        try transaction(isSynced: true) { outbox, _ throws(StorageError) in
            for table in ["taps", "positions"] {
                // The rows of this boot are the last ones: no search through a long backlog.
                let first = try outbox.database.prepare("SELECT row, boot FROM \(table) ORDER BY row DESC")
                var from = Int64.max
                while try first.step(), first.uniqueID(1) == boot { from = first.integer(0) ?? from }
                first.reset()
                let correction = try outbox.database.prepare(
                    """
                    UPDATE \(table) SET wall_ms = ?1 + (instant_ns - ?2) / 1000000, clock_source = ?3 \
                    WHERE row >= ?4 AND clock_source < min(?3, 2) AND boot = ?5
                    """)
                try correction.bind(wall.milliseconds, at: 1)
                try correction.bind(at.nanoseconds, at: 2)
                try correction.bind(source.rawValue, at: 3)
                try correction.bind(from, at: 4)
                try correction.bind(boot, at: 5)
                try correction.run()
            }
        }
    }
}
