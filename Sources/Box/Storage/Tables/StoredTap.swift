import Fares
import ValidatorCore

/// A tap as the outbox holds it. `tap.pending` is what is still to be uploaded; `tap.usedTicket` is nil.
public struct StoredTap: Hashable, Sendable {
    public var row: Int64
    public var tap: Tap
    /// Uploads that the platform refused for good.
    public var refused: UploadParts
    /// How often the booking was refused.
    public var bookingRefusals: Int
    /// How often the log was refused.
    public var logRefusals: Int
    /// The `ret_code` of the last final refusal.
    public var refusalCode: Int?
    /// The `ret_msg` of the last final refusal.
    public var refusalMessage: String?

    /// What is still to be uploaded.
    var uploads: [Upload] {
        tap.uploads(row: row).map { upload in
            var upload = upload
            if case .booking = upload.key { upload.refusals = bookingRefusals } else { upload.refusals = logRefusals }
            return upload
        }
    }
}
