import Base
import Fares
import HubDomain
import PlatformAPI
import Testing

@Suite("What becomes of a tap that a device tells of")
struct TapSettlementTests {
    private func record(
        _ mode: CheckMode?, subject: String = "AA", status: Int = 0, reason: Reason? = nil
    ) -> TapRecord {
        TapRecord(
            deviceID: "VLD1", call: mode == nil ? .cardLog : .cardCheck, requestID: "1", subject: subject, status: status,
            checkMode: mode, reason: reason, time: WallTime(seconds: 1_785_714_300), position: nil,
            received: WallTime(seconds: 1_785_714_301))
    }

    @Test("a log is stored as it is; only one of a ride that was let on is a ride", arguments: [0, 1, 2])
    func log(status: Int) {
        let record = record(nil, status: status)
        let settlement = TapSettlement(new: record, decision: nil)
        #expect(settlement.change == .insert(record))
        #expect(settlement.answer == .ok)
        #expect(settlement.isRide == (status == 0))
    }

    @Test("a booking is a ride, and stored as it is")
    func booking() {
        let record = record(.offline)
        let settlement = TapSettlement(new: record, decision: nil)
        #expect(settlement.change == .insert(record))
        #expect(settlement.answer == .ok)
        #expect(settlement.isRide)
    }

    @Test("an online check is stored with what was decided, which is the answer", arguments: Reason.allCases)
    func onlineCheck(decision: Reason) {
        let settlement = TapSettlement(new: record(.online), decision: decision)
        let status = decision == .ok ? 0 : decision == .blocked ? 2 : 1
        #expect(settlement.change == .insert(record(.online, status: status, reason: decision)))
        #expect(settlement.answer == decision)
        #expect(settlement.isRide == (decision == .ok))
    }

    @Test("what comes again is counted and answered as it was, and nobody rides twice")
    func again() {
        let table: [(TapRecord, TapRecord, Reason?, Reason)] = [
            (record(nil), record(nil), nil, .ok),
            (record(nil, status: 2), record(nil, status: 2), nil, .ok),
            (record(.offline), record(.offline), nil, .ok),
            (record(.online), record(.online, reason: .ok), .ok, .ok),
            (record(.online), record(.online, status: 2, reason: .blocked), .blocked, .blocked),
            (record(.online), record(.online, status: 1, reason: .ticketUsed), .ticketUsed, .ticketUsed),
            // A check whose ride has been booked since.
            (record(.online), record(.offline, reason: .blocked), .blocked, .ok),
            (record(.offline), record(.offline, reason: .blocked), nil, .ok),
        ]
        for (tap, earlier, decision, answer) in table {
            let settlement = TapSettlement(repeated: tap, of: earlier, decision: decision)
            #expect(settlement.change == .count)
            #expect(settlement.answer == answer)
            #expect(!settlement.isRide)
        }
    }

    @Test("a booking of what was an online check makes it a ride, whatever it was answered", arguments: [Reason.ok, .blocked])
    func bookingAfterCheck(reason: Reason) {
        let settlement = TapSettlement(
            repeated: record(.offline), of: record(.online, status: reason.logStatus, reason: reason), decision: nil)
        #expect(settlement.change == .book)
        #expect(settlement.answer == .ok)
        #expect(settlement.isRide)
    }

    @Test(
        "an online check that comes again is decided by what is true now",
        arguments: [(Reason.ok, Reason.blocked), (.blocked, .ok), (.notOnWhiteList, .blocked), (.ok, .functionOff)])
    func decidedAnew(before: Reason, now: Reason) {
        let settlement = TapSettlement(
            repeated: record(.online), of: record(.online, status: before.logStatus, reason: before), decision: now)
        #expect(settlement.change == .decide(now))
        #expect(settlement.answer == now)
        #expect(settlement.isRide == (now == .ok))
    }
}
