import Base
import JSON

/// A tap or a position of the outbox, as it was told: whole, with members that a later release has added, since it goes on as it is
/// into files that others settle fares with (`RecordFiles` says what is in it).
public struct OutboxRecord: Hashable, Sendable {
    public let json: JSONValue
    public let reference: RecordReference

    public init(_ json: JSONValue, _ reference: RecordReference) {
        (self.json, self.reference) = (json, reference)
    }

    /// Nil without a row, or without the id by which it is known.
    public init?(_ json: JSONValue) {
        let id = json["kind"] == "position" ? json["request_id"] : json["log_id"]
        guard let row = json["row"]?.int, let id = id?.string.flatMap({ UniqueID($0) }) else { return nil }
        self.json = json
        reference = RecordReference(row: Int64(row), id: id)
    }
}
