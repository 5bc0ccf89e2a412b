import Base
import Fares
import JSON
import PlatformAPI

/// Records that a technician carried away from a box (`validatorctl outbox collect`, docs/vehicle.md). All of it is good or
/// nothing is taken.
public struct RecordFile: Sendable {
    /// One upload that the box would have made.
    public struct Upload: Hashable, Sendable {
        public var requestID: String
        /// Nil for a log.
        public var checkMode: CheckMode?
        public var subject: Subject
        public var status: Int
        public var time: WallTime
        public var position: Position?

        public var call: PlatformCall {
            switch subject {
            case .card: checkMode == nil ? .cardLog : .cardCheck
            case .ticket: checkMode == nil ? .ticketLog : .ticketCheck
            }
        }
    }

    /// Where the box was, at a heartbeat that it could not send.
    public struct Place: Hashable, Sendable {
        public var requestID: String
        public var time: WallTime
        public var position: Position
    }

    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1; 0 is the file as a whole.
        public var line: Int
        public var text: String
        public var description: String { line > 0 ? "\(line): \(text)" : text }
    }

    private static let format = 1
    private static let damaged = "the file is damaged or cut off: collect again, or take another copy of it"

    public let deviceID: String
    public private(set) var uploads: [Upload] = []
    public private(set) var places: [Place] = []

    public init(_ bytes: [UInt8]) throws(Mistake) {
        let newline = UInt8(ascii: "\n")
        var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, lines.count >= 2, let end = lines.popLast() else {
            throw Mistake(line: 0, text: Self.damaged)
        }
        let head = try Self.object(lines.removeFirst(), line: 1)
        guard head["kind"] == "collection", let device = head["device_id"]?.string else {
            throw Mistake(line: 1, text: "this is no file of validatorctl outbox collect")
        }
        guard head["format"]?.int == Self.format else {
            throw Mistake(
                line: 1, text: "written by a later release (format \(head["format"]?.text ?? "?")): install that release")
        }
        deviceID = device
        let trailer = try Self.object(end, line: lines.count + 2)
        let sum = XXHash64.checksum(of: Array(bytes[..<end.startIndex]))
        guard trailer["kind"] == "end", trailer["records"]?.int == lines.count,
            let digits = trailer["xxh64"]?.string, UInt64(digits, radix: 16) == sum
        else { throw Mistake(line: 0, text: Self.damaged) }
        for (index, line) in lines.enumerated() {
            guard take(try Self.object(line, line: index + 2)) else {
                throw Mistake(line: index + 2, text: "the record is not understood: is the hub of an older release than the box?")
            }
        }
    }

    private static func object(_ line: ArraySlice<UInt8>, line number: Int) throws(Mistake) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: Array(line))
        } catch {
            throw Mistake(line: number, text: "not JSON: \(error)")
        }
    }

    private mutating func take(_ record: JSONValue) -> Bool {
        guard let time = record["time"]?.string.flatMap(WallTime.init(timestamp:)) else { return false }
        let position = Self.position(record)
        switch record["kind"] {
        case "position":
            guard let id = record["request_id"]?.string, UniqueID(id) != nil else { return false }
            // A heartbeat without a fix says only that the box was alive.
            if let position { places.append(Place(requestID: id, time: time, position: position)) }
            return true
        case "tap":
            guard let subject = Self.subject(record), let reason = record["reason"]?.string.flatMap(Reason.init(rawValue:)),
                let booking = record["booking_id"]?.string, UniqueID(booking) != nil,
                let log = record["log_id"]?.string, UniqueID(log) != nil
            else { return false }
            // What the box's platform refused was carried away too.
            let parts = ((record["pending"]?.array ?? []) + (record["refused"]?.array ?? [])).compactMap(\.string)
            guard !parts.isEmpty, Set(parts).isSubset(of: ["booking", "log"]) else { return false }
            if parts.contains("booking") {
                uploads.append(
                    Upload(
                        requestID: booking, checkMode: .offline, subject: subject, status: 0, time: time, position: position))
            }
            if parts.contains("log") {
                uploads.append(
                    Upload(
                        requestID: log, checkMode: nil, subject: subject, status: reason.logStatus, time: time,
                        position: position))
            }
            return true
        default: return false
        }
    }

    private static func subject(_ record: JSONValue) -> Subject? {
        if let card = record["card"]?.string { return CardNumber(card).map(Subject.card) }
        if let text = record["ticket"]?.string { return .ticket(Array(text.utf8)) }
        return record["ticket_hex"]?.string.flatMap { bytes(ofHexadecimal: $0) }.map(Subject.ticket)
    }

    private static func position(_ record: JSONValue) -> Position? {
        guard let latitude = record["lat"]?.double, let longitude = record["lng"]?.double else { return nil }
        return Position(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: record["speed_kmh"]?.double,
            course: record["course"]?.double)
    }
}
