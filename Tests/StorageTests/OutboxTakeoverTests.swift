import Base
import RecordFiles
import TestSupport
import Testing
import ValidatorCore

@testable import SQLite
@testable import Storage

@Suite("Records of a former box")
struct OutboxTakeoverTests {
    private let folder = TemporaryFolder()

    @Test("a file that was taken is known, also after a restart, and so is the device that this box is")
    func taken() throws {
        var outbox = try folder.openOutbox()
        #expect(try !outbox.hasTaken(file: 0xFEED) && outbox.deviceID() == nil)
        for device in ["VLD2", "VLD1"] {
            try outbox.note(deviceID: device)
            try outbox.noteTaken(file: 0xFEED)
        }
        outbox = try folder.reopen(outbox)
        #expect(try outbox.hasTaken(file: 0xFEED) && !outbox.hasTaken(file: 0xBEEF))
        #expect(try outbox.deviceID() == "VLD1")
        try outbox.checkBooks()
    }

    @Test("the box's state is none of it: saving that leaves the mark, and none is found in it")
    func apart() throws {
        var outbox = try folder.openOutbox()
        try outbox.noteTaken(file: 1)
        _ = try outbox.commit([], state: BoxState())
        #expect(try outbox.hasTaken(file: 1))
        outbox = try folder.reopen(outbox)
        let state = outbox.takeRestored().state
        #expect(state == BoxState())
        try outbox.checkBooks()
    }

    @Test("every record that is here has a req_id by which it is known, whatever became of it")
    func identifiers() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit((1...3).map { .sample($0) }, changes: [.position(.sample(1)), .position(.sample(2))])
        _ = try outbox.commit(
            [], changes: [.delivered(.booking(1)), .delivered(.log(1)), .refused(.log(2), code: 7, message: "no")])
        let expected = (1...3).map { Tap.sample($0).logID } + (1...2).map { PositionRecord.sample($0).requestID }
        #expect(try outbox.recordIDs() == Set(expected))
        try outbox.checkBooks()
    }

    @Test("a box that was handed over says so until the mark is taken away")
    func mark() throws {
        #expect(!HandoverMark.isPresent(in: folder.path))
        let note = HandoverNote(deviceID: "VLD1", time: WallTime(seconds: 1), file: "x.identity", checksum: "00ff")
        try HandoverMark.set(note, in: folder.path)
        try HandoverMark.set(note, in: folder.path)
        #expect(HandoverMark.isPresent(in: folder.path))
        #expect(try folder.files == ["handed-over.json"])
        let error = #expect(throws: StorageError.self) { try HandoverMark.set(note, in: "\(folder.path)/nowhere") }
        #expect(error?.description.contains("nowhere/handed-over.json.new") == true)
    }
}
