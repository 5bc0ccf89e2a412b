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
        var books = books
        var withdrawn: [UploadKey] = []
        try begin(isSynced: true)
        do throws(StorageError) {
            for name in names {
                let (pending, refused) = try TapTable.collect(name, database)
                if pending.contains(.booking) { withdrawn.append(.booking(name.row)) }
                if pending.contains(.log) { withdrawn.append(.log(name.row)) }
                books.counts.records -= pending.count
                books.counts.refused -= refused.count
                books.counts.collected += pending.union(refused).count
            }
            for name in positionNames {
                guard let fate = try PositionTable.collect(name, database) else { continue }
                books.counts.collectedPositions += 1
                if fate == .refused {
                    books.counts.refusedPositions -= 1
                } else {
                    books.counts.positions -= 1
                    withdrawn.append(.position(name.row))
                }
            }
        } catch {
            throw abandon(error)
        }
        try end()
        let refused = self.books.counts.refused - books.counts.refused
        self.books = books
        return (withdrawn, refused)
    }

    /// Puts every collected record back among those that wait, for a file that was lost.
    ///
    /// - Returns: how many uploads of taps wait again.
    public mutating func returnCollected() throws(StorageError) -> Int {
        try begin(isSynced: true)
        do throws(StorageError) {
            try TapTable.returnCollected(database)
            try PositionTable.returnCollected(database)
        } catch {
            throw abandon(error)
        }
        try end()
        let returned = books.counts.collected
        books.counts.records += returned
        books.counts.positions += books.counts.collectedPositions
        books.counts.collected = 0
        books.counts.collectedPositions = 0
        books.firstPending = 1
        // The history before the first of them has been pruned, but not what was done since.
        (upkeep.prunedTo, upkeep.prunedCollectedTo) = (0, 0)
        return returned
    }
}
