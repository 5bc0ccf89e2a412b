import RecordFiles
import ValidatorCore

// Records of the outbox as the control socket tells them, and as carried files hold them.

extension RecordedTap {
    public init(_ stored: StoredTap) {
        let tap = stored.tap
        self.init(
            row: stored.row, time: tap.stamp.wall, timeSource: tap.stamp.source, source: tap.source, subject: tap.subject,
            outcome: tap.outcome, reason: tap.reason, mode: tap.mode, bookingID: tap.bookingID, logID: tap.logID,
            position: tap.position, pending: tap.pending, refused: stored.refused,
            refusals: RecordedRefusals(
                count: stored.bookingRefusals + stored.logRefusals, code: stored.refusalCode, message: stored.refusalMessage))
    }
}

extension RecordedPosition {
    public init(_ stored: StoredPosition) {
        self.init(
            row: stored.row, time: stored.record.stamp.wall, timeSource: stored.record.stamp.source,
            requestID: stored.record.requestID, position: stored.record.position,
            refusals: RecordedRefusals(
                count: stored.refusals, code: stored.refusal?.code, message: stored.refusal?.message))
    }
}
