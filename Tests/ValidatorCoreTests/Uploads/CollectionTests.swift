import Testing

@testable import Base
@testable import Fares
@testable import ValidatorCore

@Suite("Records that a technician carries away")
struct CollectionTests {
    private func keys(_ box: TestBox) -> [Int64] {
        box.requests.compactMap {
            if case .log(.card(let card), _, _, _) = $0.request.content { Int64(card.description) } else { nil }
        }
    }

    private func upload(_ row: Int64) -> Upload {
        Upload(
            key: .log(row), requestID: UniqueID(high: 0, low: UInt64(row)),
            content: .log(.card(CardNumber("\(row)")!), status: 0),
            stamp: Stamp(instant: Instant(nanoseconds: 0), boot: TestBox.boot, wall: TestBox.epoch, source: .system),
            position: nil)
    }

    private func box(records: Int) -> TestBox {
        var outbox = OutboxCounts()
        outbox.records = records
        var box = TestBox(outbox: outbox)
        box.advance(by: .zero)
        return box
    }

    @Test("are not sent any more, wherever they wait, and others are")
    func withdrawn() throws {
        var box = box(records: 6)
        box.handle(.backlog((1...6).map(upload)))
        #expect(keys(box) == [1, 2, 3])
        let inFlight = box.takeRequests().filter { $0.request.content.name == "log" }
        box.fail(inFlight[0].id)
        box.collect([.log(1), .log(4), .log(5)], refused: 0)
        #expect(box.outbox.records == 3)
        for request in inFlight.dropFirst() { box.reply(request.id, .taken) }
        box.advance(by: .seconds(60))
        #expect(keys(box) == [6])
    }

    @Test("are counted once when the platform takes one that was under way")
    func underWay() throws {
        var box = box(records: 2)
        box.handle(.backlog([upload(1), upload(2)]))
        let inFlight = box.takeRequests().filter { $0.request.content.name == "log" }
        box.collect([.log(1), .log(2), .position(4)], refused: 0)
        for request in inFlight { box.reply(request.id, .taken) }
        #expect(box.outbox.records == 0)
        #expect(!box.effects.contains { if case .outbox(.delivered) = $0 { true } else { false } })
    }

    @Test("take their place on the link until their requests end, so that never more are under way than may be")
    func places() {
        var box = box(records: 6)
        box.handle(.backlog((1...6).map(upload)))
        let inFlight = box.takeRequests().filter { $0.request.content.name == "log" }
        #expect(inFlight.count == 3)
        box.collect([.log(1), .log(2)], refused: 0)
        #expect(keys(box).isEmpty)
        box.reply(inFlight[0].id, .taken)
        box.fail(inFlight[1].id)
        box.reply(inFlight[2].id, .taken)
        box.advance(by: .seconds(60))
        #expect(Set(keys(box)).isSuperset(of: [4, 5]))
    }

    @Test("make room for new ones in a full outbox")
    func room() {
        var policy = TestBox.policy()
        policy.maximumRecords = 4
        var outbox = OutboxCounts()
        outbox.records = 3
        outbox.refused = 1
        var box = TestBox(policy: policy, restored: TestBox.holding(listed: ["AA"]), outbox: outbox)
        #expect(box.tap("AA")?.reason == .outOfService)
        box.collect([.log(1), .booking(1), .log(2)], refused: 1)
        box.advance(by: .seconds(3))
        #expect(box.tap("AA")?.reason == .ok)
    }

    @Test("are read from the outbox again when their file was lost")
    func returned() {
        var box = box(records: 1)
        box.handle(.backlog([]))
        box.effects = []
        box.outbox.records += 5
        box.handle(.collectedReturned)
        #expect(box.outbox.records == 6)
        #expect(box.effects.contains { if case .loadBacklog(_, fromStart: true) = $0 { true } else { false } })
    }
}

@Suite("Moments in files")
struct TimestampTests {
    @Test("are written and read back", arguments: [0, 1_700_000_000_123, 1_709_251_199_999])
    func roundTrip(milliseconds: Int64) {
        let time = WallTime(milliseconds: milliseconds)
        #expect(WallTime(timestamp: time.timestamp) == time)
    }

    @Test(
        "are not guessed",
        arguments: ["", "2026-03-01", "2026-13-01T07:45:00.000Z", "2026-03-01T07:45:00.000+", "2026-03-01 07:45:00.000Z"])
    func wrong(text: String) {
        #expect(WallTime(timestamp: text) == nil)
    }
}
