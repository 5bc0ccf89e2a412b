import Base
import Fares
import JSON

/// A tap in a record. Card numbers are whole, since fares are settled with them.
public struct RecordedTap: Hashable, Sendable {
    /// In the outbox that it comes from.
    public var row: Int64?
    public var time: WallTime
    /// Who vouches for the time; like outcome and mode, nil where this release does not know the word.
    public var timeSource: ClockSource?
    /// The configured id of the reader or scanner.
    public var source: String
    public var subject: Subject
    public var outcome: Outcome?
    public var reason: Reason
    public var mode: DecisionMode?
    /// `req_id` of its booking and of its log.
    public var bookingID: UniqueID
    public var logID: UniqueID
    /// Nil without a fix.
    public var position: Position?
    /// Uploads that wait.
    public var pending: UploadParts
    /// Uploads that the platform refused for good.
    public var refused: UploadParts
    public var refusals: RecordedRefusals

    public init(
        row: Int64?, time: WallTime, timeSource: ClockSource?, source: String, subject: Subject, outcome: Outcome?,
        reason: Reason,
        mode: DecisionMode?, bookingID: UniqueID, logID: UniqueID, position: Position?, pending: UploadParts,
        refused: UploadParts,
        refusals: RecordedRefusals
    ) {
        (self.row, self.time, self.timeSource, self.source) = (row, time, timeSource, source)
        (self.subject, self.outcome, self.reason, self.mode) = (subject, outcome, reason, mode)
        (self.bookingID, self.logID, self.position) = (bookingID, logID, position)
        (self.pending, self.refused, self.refusals) = (pending, refused, refusals)
    }

    /// Nil when it lacks what a fare is settled with, or when no upload of it waits or was refused.
    init?(_ record: JSONValue) {
        guard let time = record["time"]?.string.flatMap(WallTime.init(timestamp:)), let subject = Subject(record),
            let reason = record["reason"]?.string.flatMap(Reason.init(rawValue:)),
            let booking = record["booking_id"]?.string.flatMap({ UniqueID($0) }),
            let log = record["log_id"]?.string.flatMap({ UniqueID($0) }),
            let pending = UploadParts(record["pending"]), let refused = UploadParts(record["refused"]),
            !pending.union(refused).isEmpty
        else { return nil }
        self.init(
            row: record["row"]?.int.map { Int64($0) }, time: time, timeSource: ClockSource(record["time_source"]),
            source: record["source"]?.string ?? "", subject: subject,
            outcome: [.refused, .accepted, .repeated].first { record["outcome"] == .string($0.name) }, reason: reason,
            mode: [.offline, .online, .fallback].first { record["mode"] == .string($0.name) }, bookingID: booking, logID: log,
            position: Position(record), pending: pending, refused: refused, refusals: RecordedRefusals(record))
    }

    public var json: JSONValue {
        var record: JSONObject = ["kind": "tap"]
        record["row"] = row.map { .int($0) }
        record["time"] = .string(time.timestamp)
        record["time_source"] = .optional(timeSource?.name)
        record["source"] = .string(source)
        switch subject {
        case .card(let card): record["card"] = .string(card.description)
        case .ticket(let payload):
            if let text = String(scannedCode: payload) {
                record["ticket"] = .string(text)
            } else {
                record["ticket_hex"] = .string(hexadecimal(payload))
            }
        }
        record["outcome"] = .optional(outcome?.name)
        record["reason"] = .string(reason.rawValue)
        record["mode"] = .optional(mode?.name)
        record["booking_id"] = .string(bookingID.description)
        record["log_id"] = .string(logID.description)
        record.append(position)
        record["pending"] = pending.json
        record["refused"] = refused.json
        record.append(refusals)
        return .object(record)
    }
}

extension Subject {
    fileprivate init?(_ record: JSONValue) {
        if let card = record["card"]?.string {
            guard let number = CardNumber(card) else { return nil }
            self = .card(number)
        } else if let text = record["ticket"]?.string {
            self = .ticket(Array(text.utf8))
        } else if let payload = record["ticket_hex"]?.string.flatMap({ bytes(ofHexadecimal: $0) }) {
            self = .ticket(payload)
        } else {
            return nil
        }
    }
}

extension UploadParts {
    private static let words: [(part: UploadParts, word: String)] = [(.booking, "booking"), (.log, "log")]

    /// None when there is no such member; nil when it names an upload that this release does not know.
    fileprivate init?(_ words: JSONValue?) {
        self = []
        for word in words?.array ?? [] {
            guard let known = Self.words.first(where: { word == .string($0.word) }) else { return nil }
            insert(known.part)
        }
    }

    fileprivate var json: JSONValue {
        .array(Self.words.compactMap { contains($0.part) ? .string($0.word) : nil })
    }
}
