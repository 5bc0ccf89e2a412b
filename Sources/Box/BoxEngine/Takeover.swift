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
    /// - Returns: whether there were any, so that what the box knew under another identity is to be asked for anew.
    static func takeRecords(
        into outbox: inout Outbox, from spool: TakeoverSpool, as deviceID: String, notices: inout [Notice]
    ) -> Bool {
        var hasTaken = false
        for number in 1...HandoverFiles.maximumTakeovers {
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
                try setFormerAside(in: &outbox, before: deviceID, &notices)
                notices.append(try take(file, into: &outbox))
                try spool.remove(number)
            } catch is CollectionFile.Mistake {
                notices.append(setAside(number, in: spool))
            } catch {
                notices.append(
                    Notice(.error, "\(spool.path(number)): not all of it is taken over, tried again at the next start: \(error)"))
            }
        }
        do {
            // A takeover has noted it itself, if it came so far.
            if try !hasTaken && outbox.deviceID() != deviceID { try outbox.note(deviceID: deviceID) }
        } catch {
            notices.append(Notice(.error, "\(error)"))
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

    /// What this box recorded under an identity of its own must not go out under another: it is kept as collected.
    private static func setFormerAside(
        in outbox: inout Outbox, before deviceID: String, _ notices: inout [Notice]
    ) throws(StorageError) {
        guard try outbox.deviceID() != deviceID else { return }
        var count = 0
        while case let taps = try outbox.unfinishedTaps(limit: recordsAtOnce), !taps.isEmpty {
            _ = try outbox.collect(taps: taps.map { RecordName(row: $0.row, id: $0.tap.logID) }, positions: [])
            count += taps.count
        }
        while case let positions = try outbox.storedPositions(limit: recordsAtOnce), !positions.isEmpty {
            _ = try outbox.collect(
                taps: [], positions: positions.map { RecordName(row: $0.row, id: $0.record.requestID) })
            count += positions.count
        }
        // Before the first record of the other box is here, lest it be set aside too after a power cut.
        try outbox.note(deviceID: deviceID)
        if count > 0 {
            notices.append(
                Notice(.warning, "\(count) records of this box's former identity are set aside as collected, never to be sent"))
        }
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
