import ControlProtocol
import RecordFiles
import Storage

// Records of the outbox as the control socket tells them.

extension OutboxRecord {
    init(_ stored: StoredTap) {
        self.init(RecordedTap(stored).json, RecordReference(row: stored.row, id: stored.tap.logID))
    }

    init(_ stored: StoredPosition) {
        self.init(RecordedPosition(stored).json, RecordReference(row: stored.row, id: stored.record.requestID))
    }
}
