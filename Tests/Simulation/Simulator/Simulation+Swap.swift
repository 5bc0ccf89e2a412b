import Base
import Foundation
import RecordFiles
import SQLite
import Storage
import ValidatorCore

/// Another box takes this one's place: its identity and what it has not delivered go over in files, as `validatorctl handover` and
/// `validatorctl takeover` carry them; lists, state and used tickets do not.
extension Simulation {
    static let deviceID = "VLD1"

    /// - Parameters:
    ///   - recordsInFile: how many records a file holds, so that there are several.
    ///   - cut: the power goes at that access to the disk of the new box's first start; nil: it does not.
    func swapBox(recordsInFile: Int, cutAtCall cut: Int?) {
        // A technician does not hand over while somebody taps, nor can a box whose disk fails.
        guard let box, !box.isDead, !box.hasTurn, diskTroubleSince == nil, !disk.isCutOrdered else { return }
        // What only the old box knew of, nobody could give back to the new one.
        bringSticksToHub()
        guard box.flush(at: now), var files = handOver(recordsInFile: recordsInFile, from: box) else { return }
        note { "another box takes over, with \(files.count) files of records" }
        if sabotage == .loseHandedOver { files = [] }
        disk.cutPower(atCall: 1)
        box.kill()
        bury(box, .powerLost)
        changeDisk()
        forgetFormerBox()
        takeoverFiles = files
        for index in files.indices { restoreTakeoverFile(index) }
        cutOfNextStart = cut
    }

    private func handOver(recordsInFile: Int, from box: SimulatedBox) -> [[UInt8]]? {
        let lines = box.attempt { outbox throws(StorageError) in
            try outbox.unfinishedTaps(limit: .max).map { RecordedTap($0).json }
                + outbox.storedPositions(limit: .max).map { RecordedPosition($0).json }
        }
        guard let lines else { return nil }
        let size = max(recordsInFile, lines.count / HandoverFiles.maximumTakeovers + 1)
        // There is one file at least, so that the new box notices the change.
        return stride(from: 0, to: max(1, lines.count), by: size).map { start in
            var file = RecordFile(device: Self.deviceID, version: "0", time: TrueTime.wall(at: now))
            for line in lines[start..<min(start + size, lines.count)] { file.append(line) }
            file.finish()
            return file.bytes
        }
    }

    private func forgetFormerBox() {
        ledger.boxWasSwapped()
        visits.boxWasSwapped()
        stateModel = StateModel()
        cardModel = ListModel(kind: .cards, unlisted: policy.unlisted)
        lineModel = ListModel(kind: .line, unlisted: .removed)
    }

    /// The removal of a file that was taken in may not have been durable.
    func restoreRemovedFiles() {
        for index in takeoverFiles.indices where powerRandom.chance(0.5) { restoreTakeoverFile(index) }
    }

    private func restoreTakeoverFile(_ index: Int) {
        let path = TakeoverSpool(folder: listFolder.path).path(index + 1)
        _ = FileManager.default.createFile(atPath: path, contents: Data(takeoverFiles[index]))
    }
}
