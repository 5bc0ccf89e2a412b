import Base
import JSON

/// Where a box was, in a record: a heartbeat's position that could not be sent when it was fresh.
public struct RecordedPosition: Hashable, Sendable {
    /// In the outbox that it comes from.
    public var row: Int64?
    public var time: WallTime
    /// Who vouches for the time; nil where this release does not know the word.
    public var timeSource: ClockSource?
    public var requestID: UniqueID
    /// Nil: the box was alive but had no fix.
    public var position: Position?
    public var refusals: RecordedRefusals

    public init(
        row: Int64?, time: WallTime, timeSource: ClockSource?, requestID: UniqueID, position: Position?,
        refusals: RecordedRefusals
    ) {
        (self.row, self.time, self.timeSource) = (row, time, timeSource)
        (self.requestID, self.position, self.refusals) = (requestID, position, refusals)
    }

    init?(_ record: JSONValue) {
        guard let id = record["request_id"]?.string.flatMap({ UniqueID($0) }),
            let time = record["time"]?.string.flatMap(WallTime.init(timestamp:))
        else { return nil }
        self.init(
            row: record["row"]?.int.map { Int64($0) }, time: time, timeSource: ClockSource(record["time_source"]), requestID: id,
            position: Position(record), refusals: RecordedRefusals(record))
    }

    public var json: JSONValue {
        var record: JSONObject = ["kind": "position"]
        record["row"] = row.map { .int($0) }
        record["time"] = .string(time.timestamp)
        record["time_source"] = .optional(timeSource?.name)
        record["request_id"] = .string(requestID.description)
        record.append(position)
        record.append(refusals)
        return .object(record)
    }
}
