import ValidatorCore

/// A position as the outbox holds it.
public struct StoredPosition: Hashable, Sendable {
    public var row: Int64
    public var record: PositionRecord
    public var refusals: Int
    /// Refused for good, and why.
    public var refusal: (code: Int, message: String)? {
        refusalCode.map { ($0, refusalMessage ?? "") }
    }
    var refusalCode: Int?
    var refusalMessage: String?

    var upload: Upload {
        Upload(
            key: .position(row), requestID: record.requestID, content: .position, stamp: record.stamp, position: record.position,
            refusals: refusals)
    }
}
