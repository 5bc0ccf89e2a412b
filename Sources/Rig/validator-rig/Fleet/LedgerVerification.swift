import Base
import Fares
import JSON
import PlatformAPI

/// Holds what a hub has stored (`validator-hub records --json --whole-codes`) against a fleet's ledger.
struct LedgerVerification: Sendable {
    /// What must not be.
    enum Fault: String, CaseIterable, Sendable {
        /// Answered as taken, and not stored.
        case lost
        /// Stored more than once.
        case double
        /// Stored otherwise than it was sent or answered.
        case different
    }

    private struct Key: Hashable {
        var requestID: UniqueID
        var device: String
        var isLog: Bool
    }

    private var ledger: [Key: FleetLedger.Record] = [:]
    private var stored: [Key: Int] = [:]
    private(set) var faults: [Fault: [String]] = [:]
    /// Records of others, which a hub may well have.
    private(set) var foreignCount = 0

    init(_ ledger: FleetLedger) {
        for record in ledger.records {
            self.ledger[Key(requestID: record.requestID, device: record.device, isLog: record.mode == nil)] = record
        }
    }

    /// Takes one record of the hub.
    /// - Returns: false when it is none.
    mutating func add(_ row: JSONValue) -> Bool {
        guard let text = row["req_id"]?.string, let device = row["device_id"]?.string,
            let call = row["call"]?.string.flatMap({ PlatformCall(rawValue: $0) })
        else { return false }
        guard let id = UniqueID(text) else {
            foreignCount += 1
            return true
        }
        let key = Key(requestID: id, device: device, isLog: call == .cardLog || call == .ticketLog)
        guard let record = ledger[key] else {
            foreignCount += 1
            return true
        }
        stored[key, default: 0] += 1
        if stored[key] == 2 { note(.double, record) }
        if !Self.agree(record, row) { note(.different, record) }
        return true
    }

    /// All of the hub's records were given.
    mutating func finish() {
        for (key, record) in ledger where Self.isTaken(record) && stored[key] == nil { note(.lost, record) }
    }

    var isFaultless: Bool { faults.isEmpty }

    /// How many records the ledger has, the hub has taken by its own word, and has stored.
    var counts: (sent: Int, taken: Int, stored: Int) {
        (ledger.count, ledger.values.count { Self.isTaken($0) }, stored.count)
    }

    private mutating func note(_ fault: Fault, _ record: FleetLedger.Record) {
        faults[fault, default: []].append(String(decoding: FleetLedger.line(record).dropLast(), as: UTF8.self))
    }

    /// Answered as stored: bookings and logs by 0, checks by any decision on the rider.
    private static func isTaken(_ record: FleetLedger.Record) -> Bool {
        switch record.answered {
        case 0: true
        case let code?: record.mode == .online && decisions.contains(code)
        case nil: false
        }
    }

    /// `ret_code` of a rider's refusal (docs/hub.md); others refuse the request.
    private static let decisions = 3000..<4000

    /// Without an answer nobody can say which try has arrived, so that only the rider is compared.
    private static func agree(_ record: FleetLedger.Record, _ row: JSONValue) -> Bool {
        guard row["subject"]?.string == record.subject else { return false }
        guard isTaken(record) else { return record.answered == nil }
        let isAccepted = row["status"]?.int == 0
        return row["check_mode"]?.int == record.mode?.rawValue && isAccepted == (record.answered == 0)
    }
}

extension LedgerVerification {
    private static let shownFaults = 20

    /// For people.
    var lines: [String] {
        let (sent, taken, stored) = counts
        var lines = ["\(sent) records sent, \(taken) taken, \(stored) stored; \(foreignCount) others stored"]
        for fault in Fault.allCases {
            let records = faults[fault] ?? []
            lines.append("\(records.isEmpty ? "none" : String(records.count)) \(fault.rawValue)")
            lines += records.prefix(Self.shownFaults).map { "  \($0)" }
        }
        return lines
    }
}
