import Base
import Fares
import JSON
import PlatformAPI

/// The books of a fleet: every record that its boxes have sent, and what they were answered.
struct FleetLedger: Sendable {
    struct Record: Hashable, Sendable {
        var requestID: UniqueID
        var device: String
        /// Nil in a log. An online check that got no answer in time becomes a booking.
        var mode: CheckMode?
        var subject: String
        /// `ret_code`; nil as long as there was no answer.
        var answered: Int?
        /// How often it was sent.
        var sent = 0

        var call: PlatformCall { mode == nil ? .cardLog : .cardCheck }
    }

    private(set) var records: [Record] = []
    /// Of lists, in the order in which boxes were told of them.
    private(set) var deliveries: [FleetDelivery] = []
    /// Of those that boxes are waiting for, by device.
    private var awaited: [String: Int] = [:]
    private(set) var openCount = 0

    init() {}

    /// Books a record before it is sent for the first time.
    /// - Returns: what names it from now on.
    mutating func book(_ requestID: UniqueID, device: String, mode: CheckMode?, card: CardNumber) -> Int {
        records.append(Record(requestID: requestID, device: device, mode: mode, subject: card.description))
        openCount += 1
        return records.count - 1
    }

    mutating func sent(_ record: Int) { records[record].sent += 1 }

    mutating func answered(_ record: Int, code: Int) {
        if records[record].answered == nil { openCount -= 1 }
        records[record].answered = code
    }

    /// A check that nobody answered in time: the box decides, and books the ride under the same `req_id`.
    mutating func decidedByBox(_ record: Int) { records[record].mode = .offline }

    // MARK: Lists

    /// A box that does not wait for a list yet was told of one.
    mutating func told(device: String, version: String, at now: WallTime) {
        guard awaited[device].map({ deliveries[$0].told != version }) ?? true else { return }
        awaited[device] = deliveries.count
        deliveries.append(FleetDelivery(device: device, told: version, toldAt: now))
    }

    /// A list came, whole.
    mutating func fetched(device: String, version: String, at now: WallTime) {
        guard let index = awaited.removeValue(forKey: device) else { return }
        (deliveries[index].fetched, deliveries[index].fetchedAt) = (version, now)
    }

    // MARK: As a file

    /// One record as a line of JSON.
    static func line(_ record: Record) -> [UInt8] {
        let value: JSONValue = [
            "req_id": .string(record.requestID.description), "device": .string(record.device),
            "call": .string(record.call.rawValue), "check_mode": record.mode.map { .int($0.rawValue) } ?? .null,
            "subject": .string(record.subject), "answered": record.answered.map { .int($0) } ?? .null, "sent": .int(record.sent),
        ]
        return value.bytes + [UInt8(ascii: "\n")]
    }

    /// Takes a line of a ledger's file.
    /// - Returns: false when it is none.
    mutating func add(line: some Sequence<UInt8>) -> Bool {
        guard let value = try? JSONValue(parsing: Array(line)) else { return false }
        if let delivery = FleetDelivery(value) {
            deliveries.append(delivery)
            return true
        }
        guard let id = value["req_id"]?.string.flatMap({ UniqueID($0) }),
            let device = value["device"]?.string, let subject = value["subject"]?.string, let sent = value["sent"]?.int
        else { return false }
        let mode = value["check_mode"]?.int.flatMap { CheckMode(rawValue: $0) }
        let answered = value["answered"]?.int
        records.append(
            Record(requestID: id, device: device, mode: mode, subject: subject, answered: answered, sent: sent))
        if answered == nil { openCount += 1 }
        return true
    }
}
