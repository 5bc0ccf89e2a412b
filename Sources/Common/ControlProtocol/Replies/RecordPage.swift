import JSON

/// What `outbox_refused` and `outbox_export` tell: a page of records, oldest first.
public struct RecordPage: ControlReply {
    public var records: [OutboxRecord]
    /// The row from behind which the next page begins; nil at the end.
    public var next: Int64?

    public init(records: [OutboxRecord], next: Int64?) {
        self.records = records
        self.next = next
    }

    public var json: JSONValue {
        ["records": .array(records.map(\.json)), "next": next.map { .int($0) } ?? .null]
    }

    /// Nil also when one of the records has no row or no name: a page of which a part were passed over would lose records.
    public init?(_ json: JSONValue) {
        guard let values = json["records"]?.array else { return nil }
        records = values.compactMap(OutboxRecord.init)
        guard records.count == values.count else { return nil }
        next = (json["next"]?.int).map { Int64($0) }
    }
}
