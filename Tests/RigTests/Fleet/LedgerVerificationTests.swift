import Base
import Fares
import JSON
import Testing

@testable import validator_rig

@Suite("A fleet's ledger, held against a hub's records")
struct LedgerVerificationTests {
    private let id = UniqueID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)

    private func card() throws -> CardNumber { try #require(CardNumber("04A1B2C3")) }

    /// A ledger of one record, sent and perhaps answered.
    private func ledger(_ mode: CheckMode?, answered: Int?) throws -> FleetLedger {
        var ledger = FleetLedger()
        let record = ledger.book(id, device: "B1", mode: mode, card: try card())
        ledger.sent(record)
        if let answered { ledger.answered(record, code: answered) }
        return ledger
    }

    /// As `validator-hub records --json` tells of it.
    private func row(_ call: String, mode: Int?, status: Int = 0, _ change: JSONObject = [:]) -> JSONValue {
        var row: JSONObject = [
            "req_id": .string(id.description), "call": .string(call), "device_id": "B1", "subject": "04A1B2C3",
            "status": .int(status), "check_mode": mode.map { .int($0) } ?? .null, "reason": nil, "duplicates": 3,
        ]
        for member in change.members { row[member.key] = member.value }
        return .object(row)
    }

    private func faults(_ ledger: FleetLedger, _ rows: [JSONValue]) -> [LedgerVerification.Fault: Int] {
        var verification = LedgerVerification(ledger)
        let known = rows.map { verification.add($0) }
        #expect(!known.contains(false))
        verification.finish()
        return verification.faults.mapValues(\.count)
    }

    @Test("bookings, logs and checks that are stored once, as they were answered, are in order")
    func agreement() throws {
        #expect(try faults(ledger(.offline, answered: 0), [row("card_check", mode: 1)]) == [:])
        #expect(try faults(ledger(nil, answered: 0), [row("card_check_log", mode: nil)]) == [:])
        #expect(try faults(ledger(.online, answered: 0), [row("card_check", mode: 0)]) == [:])
        #expect(try faults(ledger(.online, answered: 3002), [row("card_check", mode: 0, status: 2)]) == [:])
    }

    @Test("what was answered as taken and is not there is lost")
    func lost() throws {
        #expect(try faults(ledger(.offline, answered: 0), []) == [.lost: 1])
        #expect(try faults(ledger(.online, answered: 3003), []) == [.lost: 1])
        // The log of the same number is another record.
        #expect(try faults(ledger(.offline, answered: 0), [row("card_check_log", mode: nil)]) == [.lost: 1])
    }

    @Test("what got no answer, or was refused as a request, may be there or not")
    func unanswered() throws {
        #expect(try faults(ledger(.offline, answered: nil), []) == [:])
        #expect(try faults(ledger(.offline, answered: nil), [row("card_check", mode: 1)]) == [:])
        #expect(try faults(ledger(.offline, answered: 1003), []) == [:])
        #expect(try faults(ledger(.offline, answered: 1003), [row("card_check", mode: 1)]) == [.different: 1])
    }

    @Test("what is there twice is double, however it was answered")
    func double() throws {
        let row = row("card_check", mode: 1)
        #expect(try faults(ledger(.offline, answered: 0), [row, row, row]) == [.double: 1])
        #expect(try faults(ledger(.offline, answered: nil), [row, row]) == [.double: 1])
    }

    @Test("another rider, decision or kind is different")
    func different() throws {
        let booking = try ledger(.offline, answered: 0)
        #expect(faults(booking, [row("card_check", mode: 1, ["subject": "04A1B2C4"])]) == [.different: 1])
        #expect(faults(booking, [row("card_check", mode: 0)]) == [.different: 1])
        #expect(try faults(ledger(.online, answered: 3002), [row("card_check", mode: 0)]) == [.different: 1])
        #expect(try faults(ledger(.online, answered: 0), [row("card_check", mode: 0, status: 1)]) == [.different: 1])
    }

    @Test("a check that the box had to decide is a booking under the same req_id")
    func decidedByBox() throws {
        var ledger = try ledger(.online, answered: nil)
        ledger.decidedByBox(0)
        ledger.answered(0, code: 0)
        #expect(faults(ledger, [row("card_check", mode: 1)]) == [:])
        #expect(faults(ledger, [row("card_check", mode: 0)]) == [.different: 1])
    }

    @Test("records of others are none of ours, whatever they are called")
    func foreign() throws {
        var verification = LedgerVerification(try ledger(.offline, answered: 0))
        let rows = [
            row("card_check", mode: 1, ["device_id": "B2"]), row("card_check", mode: 1, ["req_id": "abcd"]), ["some": "thing"],
        ]
        let known = rows.map { verification.add($0) }
        #expect(known == [true, true, false])
        #expect(verification.foreignCount == 2)
    }

    @Test("a ledger's file gives the ledger back")
    func file() throws {
        for (mode, answered) in [(CheckMode.online, 3002), (.offline, nil), (nil, 0)] as [(CheckMode?, Int?)] {
            let ledger = try ledger(mode, answered: answered)
            var read = FleetLedger()
            let known = ledger.records.map { read.add(line: FleetLedger.line($0).dropLast()) }
            #expect(known == [true])
            #expect(read.records == ledger.records)
            #expect(read.openCount == (answered == nil ? 1 : 0))
        }
        var none = FleetLedger()
        let isRecord = none.add(line: "{\"req_id\":\"1\"}".utf8)
        #expect(!isRecord)
    }
}

@Suite("How a fleet was served")
struct FleetServiceTests {
    private func instant(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("an outage lasts, for a box, from the first exchange without an answer to its next answer")
    func outage() {
        var service = FleetService(boxes: 2, start: instant(0))
        service.answered(0, at: instant(100))
        service.failed(0, begun: instant(200))
        service.failed(0, begun: instant(900))
        service.answered(1, at: instant(1000))
        #expect(service.unservedCount == 1)
        service.answered(0, at: instant(1700))
        #expect(service.unservedCount == 0)
        #expect(service.outages.count == 1)
        #expect(service.outages.maximumMicroseconds == 1_500_000)
        #expect(service.longestSilence == .milliseconds(900))
    }

    @Test("a second counts as without service when no box got an answer in it")
    func seconds() {
        var service = FleetService(boxes: 1, start: instant(5000))
        for time in [5100, 5900, 8000] as [Int64] { service.answered(0, at: instant(time)) }
        #expect(service.secondsWithoutService(until: instant(9500)) == 2)
    }
}
