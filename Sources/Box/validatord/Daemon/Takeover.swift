import Base
import Glibc
import OperatingSystem
import RecordFiles
import SQLite
import Storage

/// The records of the box whose identity this one has taken over. `validatorctl takeover` leaves their files in the state folder,
/// and the outbox's owner takes them in before it serves anybody.
enum Takeover {
    private static let maximumBytes = 64 << 20
    /// Read and taken in one transaction, whose sync is a pause too: a real-time process must not compute on for seconds.
    private static let recordsAtOnce = 500

    /// What fails is told and stays for the next start.
    ///
    /// - Returns: whether there were any, so that what the box knew under another identity is to be asked for anew.
    static func takeRecords(
        into outbox: inout Outbox, from folder: String, as deviceID: String, onNotice: (Notice) -> Void
    ) -> Bool {
        var hasTaken = false
        for number in 1...HandoverFiles.maximumTakeovers {
            let path = "\(folder)/\(HandoverFiles.takeover(number))"
            guard unsafe access(path, F_OK) == 0 else { continue }
            do {
                let file = try CollectionFile(SmallFile.read(path, limit: maximumBytes))
                guard file.deviceID == deviceID else {
                    onNotice(Notice(.warning, "\(path): of \(file.deviceID), not taken: a takeover was cut off, run it again"))
                    continue
                }
                hasTaken = true
                try setFormerAside(in: &outbox, before: deviceID, onNotice)
                onNotice(try take(file, into: &outbox))
                unsafe unlink(path)
            } catch is CollectionFile.Mistake {
                unsafe rename(path, "\(path).damaged")
                onNotice(
                    Notice(
                        .error,
                        """
                        \(path): damaged or of another release, not all of it was taken over; it is kept as \(path).damaged. Take \
                        the stick's own file to the hub: validator-hub import-records
                        """))
            } catch {
                onNotice(Notice(.error, "\(path): not all of it is taken over, tried again at the next start: \(error)"))
            }
        }
        do {
            // A takeover has noted it itself, if it came so far.
            if try !hasTaken && outbox.deviceID() != deviceID { try outbox.note(deviceID: deviceID) }
        } catch {
            onNotice(Notice(.error, "\(error)"))
        }
        return hasTaken
    }

    /// What this box recorded under an identity of its own must not go out under another: it is kept as collected.
    private static func setFormerAside(
        in outbox: inout Outbox, before deviceID: String, _ onNotice: (Notice) -> Void
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
            onNotice(
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
