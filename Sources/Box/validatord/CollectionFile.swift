import Base
import Fares
import JSON
import ValidatorCore

/// Records that were carried from box to box, as docs/vehicle.md describes the file.
nonisolated struct CollectionFile: Sendable {
    private static let format = 1

    let deviceID: String
    /// Of the whole file.
    let checksum: UInt64
    private let lines: [ArraySlice<UInt8>]

    /// How many there are.
    var records: Int { lines.count }

    struct Mistake: Error, Hashable, Sendable {}

    /// - Throws: when a byte is missing or another one than was written.
    init(_ bytes: [UInt8]) throws(Mistake) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, lines.count >= 2, let end = lines.popLast(),
            let head = Self.object(lines.removeFirst()), head["kind"] == "collection", head["format"]?.int == Self.format,
            let device = head["device_id"]?.string,
            let trailer = Self.object(end), trailer["kind"] == "end", trailer["records"]?.int == lines.count,
            let digits = trailer["xxh64"]?.string,
            UInt64(digits, radix: 16) == XXHash64.checksum(of: Array(bytes[..<end.startIndex]))
        else { throw Mistake() }
        deviceID = device
        checksum = XXHash64.checksum(of: bytes)
        self.lines = lines
    }

    /// At most `limit` records from `start` on, to be uploaded: also what the platform refused to the other box.
    ///
    /// - Throws: when another release wrote them, in words that this one does not know.
    func read(
        from start: Int, limit: Int
    ) throws(Mistake) -> (taps: [Tap], positions: [PositionRecord]) {
        var (taps, positions): ([Tap], [PositionRecord]) = ([], [])
        for line in lines[start...].prefix(limit) {
            guard let record = Self.object(line) else { throw Mistake() }
            if let tap = Tap(record) {
                taps.append(tap)
            } else if let position = PositionRecord(record) {
                positions.append(position)
            } else {
                throw Mistake()
            }
        }
        return (taps, positions)
    }

    private static func object(_ line: ArraySlice<UInt8>) -> JSONValue? { try? JSONValue(parsing: Array(line)) }
}

// What `StoredTap.json` and `StoredPosition.json` wrote.

nonisolated extension Tap {
    fileprivate init?(_ record: JSONValue) {
        guard record["kind"] == "tap", let log = record["log_id"]?.string.flatMap({ UniqueID($0) }),
            let booking = record["booking_id"]?.string.flatMap({ UniqueID($0) }), let source = record["source"]?.string,
            let subject = Subject(record), let stamp = Stamp(record),
            let reason = record["reason"]?.string.flatMap(Reason.init(rawValue:)),
            let outcome = [Outcome.refused, .accepted, .repeated].first(where: { record["outcome"] == .string($0.name) }),
            let mode = [DecisionMode.offline, .online, .fallback].first(where: { record["mode"] == .string($0.name) })
        else { return nil }
        var pending: UploadParts = []
        for part in (record["pending"]?.array ?? []) + (record["refused"]?.array ?? []) {
            switch part {
            case "booking": pending.insert(.booking)
            case "log": pending.insert(.log)
            default: return nil
            }
        }
        guard !pending.isEmpty else { return nil }
        self.init(
            logID: log, bookingID: booking, source: source, subject: subject, outcome: outcome, reason: reason, mode: mode,
            stamp: stamp, position: Position(record), pending: pending)
    }
}

nonisolated extension PositionRecord {
    fileprivate init?(_ record: JSONValue) {
        guard record["kind"] == "position", let id = record["request_id"]?.string.flatMap({ UniqueID($0) }),
            let stamp = Stamp(record)
        else { return nil }
        self.init(requestID: id, stamp: stamp, position: Position(record))
    }
}

nonisolated extension Stamp {
    /// Of no boot of this box: its time stays what the other box made of it.
    fileprivate init?(_ record: JSONValue) {
        guard let wall = record["time"]?.string.flatMap(WallTime.init(timestamp:)),
            let source = ClockSource.allCases.first(where: { record["time_source"] == .string($0.name) })
        else { return nil }
        self.init(instant: Instant(nanoseconds: 0), boot: UniqueID(high: 0, low: 0), wall: wall, source: source)
    }
}

nonisolated extension Subject {
    fileprivate init?(_ record: JSONValue) {
        if let card = record["card"]?.string.flatMap({ CardNumber($0) }) {
            self = .card(card)
        } else if let text = record["ticket"]?.string {
            self = .ticket(Array(text.utf8))
        } else if let payload = record["ticket_hex"]?.string.flatMap({ bytes(ofHexadecimal: $0) }) {
            self = .ticket(payload)
        } else {
            return nil
        }
    }
}

nonisolated extension Position {
    /// Nil without a fix.
    fileprivate init?(_ record: JSONValue) {
        guard let latitude = record["lat"]?.double, let longitude = record["lng"]?.double else { return nil }
        self.init(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: record["speed_kmh"]?.double,
            course: record["course"]?.double)
    }
}
