import Base
import RecordFiles
import SQLite
import Storage
import ValidatorCore

/// The records of the box whose identity this one has taken over. `validatorctl takeover` leaves their files in the state folder,
/// and a start takes them into the outbox before anybody is served.
enum Takeover {
    /// Read and taken in one transaction, whose sync is a pause too: a real-time process must not compute on for seconds.
    private static let recordsAtOnce = 500

    /// What fails is told and stays for the next start.
    ///
    /// - Returns: whether this box was another one before, so that what it knew under that identity is to be asked for anew.
    /// - Throws: when its records under another identity could not be set aside: it must not begin, lest they go out under this one.
    static func takeRecords(
        into outbox: inout Outbox, from spool: TakeoverSpool, as deviceID: String, notices: inout [Notice]
    ) throws(StorageError) -> Bool {
        var hasTaken = false
        for number in spool.numbers {
            do {
                guard let bytes = try spool.read(number) else { continue }
                let file = try CollectionFile(bytes)
                guard file.deviceID == deviceID else {
                    notices.append(
                        Notice(
                            .warning,
                            "\(spool.path(number)): of \(file.deviceID), not taken: a takeover was cut off, run it again"))
                    continue
                }
                hasTaken = true
                // Nobody noted whose the records here are: not this one's, which has just come.
                if try outbox.deviceID() != deviceID {
                    try setFormerAside(in: &outbox, before: deviceID, keptIn: spool, &notices)
                }
                notices.append(try take(file, into: &outbox))
                try spool.remove(number)
            } catch is CollectionFile.Mistake {
                notices.append(setAside(number, in: spool))
            } catch {
                notices.append(
                    Notice(.error, "\(spool.path(number)): not all of it is taken over, tried again at the next start: \(error)"))
            }
        }
        // A takeover has done it itself, if it came so far.
        let former = try outbox.deviceID()
        if former == nil, !hasTaken {
            try outbox.note(deviceID: deviceID)
        } else if former != deviceID {
            // Another device.id in the configuration, by whatever way it came there.
            try setFormerAside(in: &outbox, before: deviceID, keptIn: spool, &notices)
            hasTaken = true
        }
        return hasTaken
    }

    private static func setAside(_ number: Int, in spool: TakeoverSpool) -> Notice {
        let what = "\(spool.path(number)): damaged or of another release, not all of it was taken over"
        let next = "Take the stick's own file to the hub: validator-hub import-records"
        do {
            return Notice(.error, "\(what); it is kept as \(try spool.setAside(number)). \(next)")
        } catch {
            return Notice(.error, "\(what), and it cannot be set aside: \(error). \(next)")
        }
    }

    /// What this box recorded under another identity must not go out under this one. It is written to a file of the state folder, from
    /// which a technician brings it to the hub as the other's, and kept as collected, never to wait again.
    private static func setFormerAside(
        in outbox: inout Outbox, before deviceID: String, keptIn spool: TakeoverSpool, _ notices: inout [Notice]
    ) throws(StorageError) {
        let former = try outbox.deviceID()
        var count = 0
        while case let unsent = try unsent(in: outbox, of: former ?? ""), unsent.file.records > 0 {
            if let former {
                let path = try spool.keepFormer(unsent.file.bytes)
                notices.append(
                    Notice(
                        .warning,
                        """
                        this box was \(former): \(unsent.file.records) records that it had not sent are in \(path), to be taken to the hub \
                        (validator-hub import-records); outbox collect brings them along
                        """))
            }
            for start in stride(from: 0, to: unsent.taps.count, by: recordsAtOnce) {
                _ = try outbox.collect(taps: Array(unsent.taps[start...].prefix(recordsAtOnce)), positions: [])
            }
            for start in stride(from: 0, to: unsent.positions.count, by: recordsAtOnce) {
                _ = try outbox.collect(taps: [], positions: Array(unsent.positions[start...].prefix(recordsAtOnce)))
            }
            count += unsent.file.records
        }
        // Before the first record of the other box is here, lest it be set aside too after a power cut.
        try outbox.noteOther(deviceID: deviceID)
        if count > 0 {
            notices.append(
                Notice(.warning, "\(count) records of this box's former identity are set aside as collected, never to be sent"))
        }
    }

    /// As many of the records that are not delivered as a file holds.
    private static func unsent(
        in outbox: borrowing Outbox, of device: String
    ) throws(StorageError) -> (file: RecordFile, taps: [RecordName], positions: [RecordName]) {
        // The time of the file is that of its first record: here is no clock.
        var first = try outbox.unfinishedTaps(limit: 1).first?.tap.stamp
        if first == nil { first = try outbox.storedPositions(limit: 1).first?.record.stamp }
        var file = RecordFile(device: device, version: Release.text, time: first?.wall ?? WallTime(milliseconds: 0))
        var (taps, positions): ([RecordName], [RecordName]) = ([], [])
        while !file.isFull, case let page = try outbox.unfinishedTaps(after: taps.last?.row ?? 0, limit: recordsAtOnce),
            !page.isEmpty
        {
            for tap in page { file.append(RecordedTap(tap).json) }
            taps += page.map { RecordName(row: $0.row, id: $0.tap.logID) }
        }
        while !file.isFull,
            case let page = try outbox.storedPositions(after: positions.last?.row ?? 0, limit: recordsAtOnce), !page.isEmpty
        {
            for position in page { file.append(RecordedPosition(position).json) }
            positions += page.map { RecordName(row: $0.row, id: $0.record.requestID) }
        }
        file.finish()
        return (file, taps, positions)
    }

    private static func take(_ file: CollectionFile, into outbox: inout Outbox) throws -> Notice {
        guard try !outbox.hasTaken(file: file.checksum) else {
            return Notice(.info, "these records of the former box were taken over before")
        }
        let known = try outbox.recordIDs()
        var (tapCount, positionCount) = (0, 0)
        for start in stride(from: 0, to: file.records, by: recordsAtOnce) {
            var (taps, positions) = try file.read(from: start, limit: recordsAtOnce)
            taps.removeAll { known.contains($0.logID) }
            positions.removeAll { known.contains($0.requestID) }
            _ = try outbox.commit(taps, changes: positions.map { .position($0) })
            tapCount += taps.count
            positionCount += positions.count
        }
        try outbox.noteTaken(file: file.checksum)
        return Notice(.info, "taken over from the former box: \(tapCount) taps, \(positionCount) positions")
    }
}
