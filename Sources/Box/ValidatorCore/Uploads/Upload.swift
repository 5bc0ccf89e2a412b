import Base
import Fares

/// One request that waits in the outbox, as it is handed to the upload schedule.
public struct Upload: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case booking(Subject)
        /// With the log's `status`.
        case log(Subject, status: Int)
        case position
    }

    public var key: UploadKey
    /// `req_id`: the same on every try, for ever.
    public var requestID: UniqueID
    public var content: Content
    public var stamp: Stamp
    public var position: Position?
    /// How often the platform has refused it (`ret_code` not 0).
    public var refusals: Int

    public init(key: UploadKey, requestID: UniqueID, content: Content, stamp: Stamp, position: Position?, refusals: Int = 0) {
        self.key = key
        self.requestID = requestID
        self.content = content
        self.stamp = stamp
        self.position = position
        self.refusals = refusals
    }
}

extension Tap {
    /// This tap's uploads once it is stored as `row`: the booking first, since it moves the money.
    public func uploads(row: Int64, refusals: Int = 0) -> [Upload] {
        var uploads: [Upload] = []
        if pending.contains(.booking) {
            uploads.append(
                Upload(
                    key: .booking(row), requestID: bookingID, content: .booking(subject), stamp: stamp, position: position,
                    refusals: refusals))
        }
        if pending.contains(.log) {
            uploads.append(
                Upload(
                    key: .log(row), requestID: logID, content: .log(subject, status: reason.logStatus), stamp: stamp,
                    position: position, refusals: refusals))
        }
        return uploads
    }
}
