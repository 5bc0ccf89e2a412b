import SQLite
import ValidatorCore

/// Records that a technician carries away in a file: kept, counted, and no longer uploaded, since whoever takes the file in has
/// them under the same `req_id`s.
extension Outbox {
    /// Marks those of the named taps or positions that are still to be delivered or were refused for good, all of them or none.
    ///
    /// - Returns: the uploads that no longer wait, and how many uploads of taps had been refused.
    public mutating func collect(
        taps names: [RecordName], positions positionNames: [RecordName]
    ) throws(StorageError) -> (withdrawn: [UploadKey], refused: Int) {
        try transaction(isSynced: true) { outbox, books throws(StorageError) in
            var withdrawn: [UploadKey] = []
            for name in names {
                let (pending, refused) = try TapTable.collect(name, outbox.database)
                if pending.contains(.booking) { withdrawn.append(.booking(name.row)) }
                if pending.contains(.log) { withdrawn.append(.log(name.row)) }
                books.pending.add(pending, times: -1)
                books.refused.add(refused, times: -1)
                books.collected.add(pending.union(refused))
            }
            for name in positionNames {
                guard let fate = try PositionTable.collect(name, outbox.database) else { continue }
                books.collectedPositions += 1
                if fate == .refused {
                    books.refusedPositions -= 1
                } else {
                    books.positions -= 1
                    withdrawn.append(.position(name.row))
                }
            }
            return (withdrawn, outbox.books.refused.total - books.refused.total)
        }
    }

    /// Puts every collected record back among those that wait, for a file that was lost. What was made under another identity stays.
    ///
    /// - Returns: how many uploads of taps wait again.
    public mutating func returnCollected() throws(StorageError) -> Int {
        try transaction(isSynced: true) { outbox, books throws(StorageError) in
            let former = try outbox.formerRows()
            let kept = try TapTable.returnCollected(after: former.taps, outbox.database)
            let keptPositions = try PositionTable.returnCollected(after: former.positions, outbox.database)
            var returned = books.collected
            returned.bookings -= kept.bookings
            returned.logs -= kept.logs
            books.pending += returned
            books.positions += books.collectedPositions - keptPositions
            (books.collected, books.collectedPositions) = (kept, keptPositions)
            books.firstPending = 1
            // The history before the first of them has been pruned, but not what was done since.
            (books.prunedTo, books.prunedCollectedTo) = (0, 0)
            return returned.total
        }
    }
}
