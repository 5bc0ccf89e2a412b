import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("Emptying the outbox")
struct UploadTests {
    private func upload(_ row: Int64) -> Upload {
        Upload(
            key: .log(row), requestID: UniqueID(high: 0, low: UInt64(row)), content: .log(.card(CardNumber("AA")!), status: 1),
            stamp: Stamp(instant: Instant(nanoseconds: 0), boot: TestBox.boot, wall: TestBox.epoch, source: .system),
            position: nil)
    }

    private func uploads(_ box: TestBox) -> [(id: ExchangeID, request: PlatformRequest)] {
        box.requests.filter { ["log", "booking"].contains($0.request.content.name) }
    }

    private func loads(_ box: TestBox) -> [(limit: Int, fromStart: Bool)] {
        box.effects.compactMap { if case .loadBacklog(let limit, let fromStart) = $0 { (limit, fromStart) } else { nil } }
    }

    @Test("at start the outbox is read from its beginning, and no more than the bound is under way")
    func concurrency() {
        var box = TestBox()
        box.advance(by: .zero)
        #expect(loads(box).map(\.fromStart) == [true])
        box.handle(.backlog((101...120).map(upload)))
        #expect(uploads(box).count == 3, "one of four places stays free for a live tap")
        box.tap("AA")
        #expect(uploads(box).count == 4)
        for _ in 0..<40 {
            guard let next = uploads(box).first else { break }
            _ = box.takeRequests().filter { $0.id != next.id }.map { box.requests.append($0) }
            box.reply(next.id, .taken)
        }
        let delivered = box.effects.compactMap { if case .outbox(.delivered(let key)) = $0 { key } else { nil } }
        #expect(Set(delivered).count == 21 && delivered.count == 21)
    }

    @Test("a backlog drains over a working link with up to four times as many at once; one failure ends that")
    func drain() throws {
        var box = TestBox()
        box.advance(by: .zero)
        var row: Int64 = 1000
        var widest = 0
        for _ in 0..<100 {
            box.handle(.backlog((0..<64).map { upload(row + $0) }))
            row += 64
            widest = max(widest, uploads(box).count)
            for (id, request) in box.takeRequests() where request.content.name == "log" { box.reply(id, .taken) }
        }
        #expect(widest == 15, "16 less the one that stays free for a live tap")
        box.fail(try #require(uploads(box).last).id, .connection)
        box.advance(by: .seconds(30))
        box.requests = []
        box.advance(by: .seconds(30))
        #expect(uploads(box).count <= 4)
    }

    @Test("a failed one is tried again under its req_id, alone, after a random pause of at most the bound")
    func retry() throws {
        var policy = TestBox.policy()
        policy.maximumBackoff = .seconds(30)
        var box = TestBox(policy: policy)
        box.tap("AA")
        let first = try #require(uploads(box).first)
        for count in 1...50 {
            box.fail(try #require(uploads(box).last).id, .connection)
            box.advance(by: .seconds(30))
            #expect(uploads(box).count == count + 1)
        }
        #expect(Set(uploads(box).map(\.request.requestID)) == [first.request.requestID])
    }

    @Test("any success wakes the waiting ones at once")
    func wake() throws {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        for _ in 0..<10 {
            box.tap(String(1000 + box.stored.count))
            while let last = uploads(box).last, box.effects.count < 10_000 {
                box.requests.removeAll { $0.id == last.id }
                box.fail(last.id, .connection)
            }
            box.advance(by: .milliseconds(10))
        }
        let waiting = 10 - box.effects.filter { if case .outbox(.delivered) = $0 { true } else { false } }.count
        #expect(waiting == 10)
        let beat = try #require(box.requests.last { $0.request.content.name == "heartbeat" })
        box.requests = []
        box.reply(beat.id, .heartbeat())
        #expect(uploads(box).count == 4)
    }

    @Test("a refusal is retried eight times, then kept apart; final codes at once; accepted codes count as taken")
    func refusals() throws {
        var policy = TestBox.policy()
        policy.finalCodes = [44]
        policy.acceptedCodes = [55]
        var box = TestBox(policy: policy)
        box.tap("AA")
        var tries = 0
        while let last = uploads(box).last, tries < 20 {
            tries += 1
            box.requests = []
            box.reply(last.id, .refused(7))
            box.advance(by: .seconds(30))
        }
        #expect(tries == 9)
        #expect(box.effects.contains { if case .outbox(.refused(_, 7, _)) = $0 { true } else { false } })
        #expect(box.outbox.records == 0 && box.outbox.refused == 1)
        box.requests = []
        box.tap("BB")
        box.reply(try #require(uploads(box).last).id, .refused(44))
        #expect(box.outbox.refused == 2)
        box.requests = []
        box.tap("CC")
        box.reply(try #require(uploads(box).last).id, .refused(55))
        #expect(box.outbox.records == 0 && box.outbox.refused == 2)
        box.retryRefused()
        #expect(box.outbox.records == 2 && loads(box).last?.fromStart == true)
    }

    @Test("one poisoned record does not hold the others up")
    func poison() throws {
        var policy = TestBox.policy()
        policy.concurrency = 1
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        box.handle(.backlog((1...5).map(upload)))
        var delivered: Set<UniqueID> = []
        for _ in 0..<200 {
            for (id, request) in box.takeRequests() where request.content.name == "log" {
                if request.requestID.low == 1 {
                    box.fail(id, .status)
                } else {
                    delivered.insert(request.requestID)
                    box.reply(id, .taken)
                }
            }
            box.advance(by: .seconds(1))
        }
        #expect(delivered.count == 4)
    }

    @Test("a call that always fails does not hold up the others, nor does it say that the platform is away")
    func failingCall() {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        // Forty records whose call the platform does not know, and behind them forty others.
        box.handle(.backlog((101...164).map(upload)))
        var delivered: Set<UInt64> = []
        for _ in 0..<60 {
            for (id, request) in box.takeRequests() {
                switch request.content.name {
                case "heartbeat": box.reply(id, .heartbeat())
                case "log" where request.requestID.low <= 140: box.fail(id, .status)
                default:
                    delivered.insert(request.requestID.low)
                    box.reply(id, .taken)
                }
            }
            box.advance(by: .seconds(1))
        }
        #expect(delivered == Set(141...164))
        #expect(box.validator.link.state == .up && !box.notices.contains { $0.text.contains("does not answer") })
    }

    @Test("a platform that answers nothing but errors is left in peace, more and more")
    func serverInTrouble() {
        var box = TestBox()
        box.advance(by: .zero)
        box.handle(.backlog((101...164).map(upload)))
        var tries = 0
        for _ in 0..<300 {
            for (id, request) in box.takeRequests() where request.content.name == "log" {
                tries += 1
                box.fail(id, .status)
            }
            box.advance(by: .seconds(1))
        }
        #expect((10...100).contains(tries))
    }

    /// A box with one record that never gets a usable reply, over which riders come and go; how often it was sent, and when.
    private func troubled(
        for days: Int, policy: Policy = TestBox.policy(), ridersCome: Bool = true
    ) -> (box: TestBox, tries: [Instant]) {
        var policy = policy
        policy.reportInterval = .seconds(60)
        var box = TestBox(policy: policy, restored: TestBox.holding(listed: ["AA"]))
        box.advance(by: .zero)
        box.handle(.backlog([upload(101)]))
        box.outbox.records = 1
        var tries: [Instant] = []
        for minute in 0..<days * 24 * 60 {
            if ridersCome, minute % 10 == 0 { box.tap("BB") }
            while let (id, request) = box.requests.first {
                box.requests.removeFirst()
                if request.content.name == "heartbeat" {
                    box.reply(id, .heartbeat())
                } else if request.requestID.low == 101 {
                    tries.append(box.now.instant)
                    box.fail(id, .undecodable)
                } else {
                    box.reply(id, .taken)
                }
            }
            box.advance(by: .seconds(60))
        }
        return (box, tries)
    }

    @Test(
        "one that alone gets no usable reply is tried ever more rarely, up to once an hour, and is kept apart after a day of it")
    func unusable() throws {
        let (box, tries) = troubled(for: 3)
        let pauses = zip(tries, tries.dropFirst()).map { $1 - $0 }
        let longest = try #require(pauses.max())
        #expect(longest > .seconds(600) && longest <= .seconds(3660))
        let last = try #require(tries.last) - Instant(nanoseconds: 1_000_000_000_000)
        #expect(last >= .seconds(86400) && last < .seconds(2 * 86400))
        #expect(box.outbox.refused == 1)
        let refusals = box.effects.compactMap {
            if case .outbox(.refused(_, let code, let message)) = $0 { (code, message) } else { nil }
        }
        #expect(refusals.map(\.0) == [-1] && refusals.map(\.1) == ["no answer in the test"])
        let shares = box.effects.count { if case .outbox(.refusedOnce(.log(101))) = $0 { true } else { false } }
        #expect(shares == 8, "so that a restart does not begin anew")
    }

    @Test("while no other upload is answered, it is not for what one says: it is tried as after a failure of the link")
    func unusableAlone() throws {
        let (box, tries) = troubled(for: 2, ridersCome: false)
        #expect(zip(tries, tries.dropFirst()).allSatisfy { $1 - $0 <= .seconds(60) })
        #expect(box.outbox.refused == 0 && box.outbox.records == 1)
    }

    @Test("an upload without a usable reply is told of once an hour, with its call, and not as the platform's absence")
    func unusableIsTold() {
        let (box, _) = troubled(for: 1, ridersCome: false)
        let told = box.notices.filter { $0.text.contains("gets no usable reply") }
        #expect((23...25).contains(told.count))
        #expect(
            told.allSatisfy {
                $0.level == .warning && $0.text.hasPrefix("card_check_log gets no usable reply: no answer in the test")
            })
        #expect(box.validator.link.state == .up && box.validator.link.lastUploadFault?.call == .cardLog)
    }

    @Test("a platform that asks for a pause has one, of an hour at most; heartbeats go on", arguments: [120, 7200])
    func retryAfter(seconds: Int) throws {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        box.tap("AA")
        let failure = ExchangeFailure(.status, "busy", status: 503, retryAfter: .seconds(seconds))
        box.handle(.reply(try #require(uploads(box).last).id, .failure(failure)))
        box.tap("BB")
        let before = uploads(box).count
        let pause = min(seconds, 3600)
        for _ in 0..<pause / 5 {
            for (id, request) in box.takeRequests() where request.content.name == "heartbeat" { box.reply(id, .heartbeat()) }
            #expect(uploads(box).count == 0 || before == 2)
            box.advance(by: .seconds(5))
        }
        #expect(uploads(box).count >= 2)
    }

    @Test("what memory cannot hold is read from the outbox again")
    func overflow() {
        var policy = TestBox.policy()
        policy.sources[0].repeatInterval = .zero
        var box = TestBox(policy: policy)
        box.advance(by: .zero)
        box.handle(.backlog([]))
        for _ in 0..<(Limits.liveUploads + 10) { box.tap("AA") }
        while let next = uploads(box).first, box.outbox.records > 10 {
            box.requests.removeAll { $0.id == next.id }
            box.reply(next.id, .taken)
        }
        #expect(loads(box).count > 1 && loads(box).last?.fromStart == true)
    }
}
