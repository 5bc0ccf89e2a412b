import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("Heartbeats")
struct HeartbeatTests {
    private func box(
        interval: Duration = .seconds(5), restored: Validator.Restored = Validator.Restored(),
        latePositions: Policy.LatePositions = .send
    ) -> TestBox {
        var policy = TestBox.policy()
        policy.reportInterval = interval
        policy.latePositions = latePositions
        return TestBox(policy: policy, restored: restored)
    }

    private func beats(_ box: TestBox) -> [(id: ExchangeID, request: PlatformRequest)] {
        box.requests.filter { $0.request.content.name == "heartbeat" }
    }

    @Test("the first goes out at once, the next ones at the interval, which can be changed while running")
    func interval() throws {
        var box = box()
        box.advance(by: .zero)
        for _ in 0..<3 {
            box.reply(try #require(beats(box).last).id, .heartbeat())
            box.advance(by: .seconds(5))
        }
        #expect(beats(box).count == 4)
        box.reply(try #require(beats(box).last).id, .heartbeat())
        box.handle(.set(.reportInterval(.seconds(1))))
        box.advance(by: .seconds(1))
        #expect(beats(box).count == 5)
        #expect(box.validator.nextDeadline(at: box.now.instant) == box.now.instant + .seconds(1))
    }

    @Test("a fix of more than 10 s ago is not where the bus is")
    func oldFix() {
        var box = box(interval: .seconds(10))
        box.handle(.fix(Fix(quality: .threeDimensional, position: Position(latitude: 31.2, longitude: 121.4), time: nil)))
        box.advance(by: .seconds(10))
        #expect(box.validator.position(at: box.now.instant) != nil)
        box.advance(by: .milliseconds(1))
        #expect(box.validator.position(at: box.now.instant) == nil)
    }

    @Test("what the reply says applies at once, is kept, and is echoed in the next one")
    func modes() throws {
        var box = box()
        box.advance(by: .zero)
        var modes = Modes()
        modes.cardCheck = .online
        modes.lineListRequired = true
        box.reply(beats(box)[0].id, .heartbeat(modes: modes, window: (TestBox.epoch, TestBox.epoch + .seconds(60))))
        #expect(box.validator.state.modes == modes && box.validator.state.enterpriseID == "398")
        let saved = box.effects.compactMap { if case .saveState(let state) = $0 { state } else { nil } }
        #expect(saved.count == 1 && saved[0].modes == modes && saved[0].window?.end == TestBox.epoch + .seconds(60))
        box.advance(by: .seconds(5))
        guard case .heartbeat(let beat) = beats(box)[1].request.content else { return #expect(Bool(false)) }
        #expect(beat.modes == modes)
        box.reply(beats(box)[1].id, .heartbeat(modes: modes, window: (TestBox.epoch, TestBox.epoch + .seconds(60))))
        #expect(box.effects.filter { if case .saveState = $0 { true } else { false } }.count == 1, "nothing new, nothing written")
    }

    @Test("one that fails leaves its position, time and req_id in the outbox; sent late, its reply changes nothing")
    func late() throws {
        var box = box()
        box.advance(by: .zero)
        let first = beats(box)[0]
        box.fail(first.id)
        let kept = box.effects.compactMap { if case .outbox(.position(let record)) = $0 { record } else { nil } }
        #expect(kept.count == 1 && kept[0].requestID == first.request.requestID && kept[0].stamp.instant == box.now.instant)

        box.advance(by: .seconds(5))
        box.reply(beats(box)[1].id, .heartbeat())
        box.handle(
            .backlog([
                Upload(key: .position(1), requestID: kept[0].requestID, content: .position, stamp: kept[0].stamp, position: nil)
            ]))
        let lateBeat = try #require(beats(box).last)
        guard case .heartbeat(let content) = lateBeat.request.content else { return #expect(Bool(false)) }
        #expect(lateBeat.request.requestID == first.request.requestID && content.time == TestBox.epoch)
        var modes = Modes()
        modes.cardsEnabled = false
        box.reply(lateBeat.id, .heartbeat(modes: modes))
        #expect(box.validator.state.modes == Modes())
        #expect(box.effects.contains { if case .outbox(.delivered(.position(1))) = $0 { true } else { false } })
    }

    @Test(
        "a position is kept when the link fails or the platform is out of order, not when it was refused or not understood",
        arguments: [
            (.failure(ExchangeFailure(.timeout, "")), true), (.failure(ExchangeFailure(.connection, "")), true),
            (.failure(ExchangeFailure(.status, "", status: 502)), true),
            (.failure(ExchangeFailure(.status, "", status: 404)), false),
            (.failure(ExchangeFailure(.status, "", status: 302)), false), (.failure(ExchangeFailure(.undecodable, "")), false),
            (.success(.refused(1001)), false),
            (.success(.heartbeat(.init(verdict: .init(code: 1001, message: ""), content: nil))), false),
        ] as [(Result<PlatformReply, ExchangeFailure>, Bool)])
    func kept(result: Result<PlatformReply, ExchangeFailure>, isKept: Bool) {
        var box = box()
        box.advance(by: .zero)
        box.handle(.reply(beats(box)[0].id, result))
        #expect(box.effects.contains { if case .outbox(.position) = $0 { true } else { false } } == isKept)
    }

    @Test("what a reply does not name keeps its last value; each oddity is told once a day")
    func memberByMember() throws {
        var box = box(interval: .seconds(60))
        box.advance(by: .zero)
        var modes = Modes()
        modes.cardCheck = .online
        box.reply(beats(box)[0].id, .heartbeat(modes: modes, window: (TestBox.epoch, TestBox.epoch + .seconds(60))))
        var orders = HeartbeatOrders()
        orders.ticketsEnabled = false
        orders.oddities = [FieldError(field: "white_mode", problem: "is missing")]
        for _ in 0..<2 * 24 * 60 {
            box.advance(by: .seconds(60))
            let id = try #require(beats(box).last).id
            box.reply(id, .heartbeat(.init(verdict: .init(code: 0, message: ""), orders: orders)))
            box.requests = []
        }
        modes.ticketsEnabled = false
        #expect(box.validator.state.modes == modes && box.validator.state.enterpriseID == "398")
        #expect(box.validator.state.window?.end == TestBox.epoch + .seconds(60))
        #expect(box.validator.state.window?.learned == TestBox.epoch, "hours that are not confirmed grow old")
        let told = box.notices.filter { $0.text.contains("white_mode is missing") }
        #expect(
            (2...3).contains(told.count) && told.allSatisfy { $0.level == .warning && $0.text.contains("platform's operator") })
    }

    @Test("a list that is switched on and was never fetched is told of, once an hour")
    func unloadedLists() throws {
        var box = box(interval: .seconds(60))
        var modes = Modes()
        modes.lineListRequired = true
        for _ in 0..<150 {
            box.advance(by: .seconds(60))
            box.reply(try #require(beats(box).last).id, .heartbeat(modes: modes))
            box.requests = []
        }
        for text in ["is_line_white is 1, but the box has no line list yet", "white_mode is 1, but the box has no card list yet"]
        {
            #expect(box.notices.count { $0.level == .warning && $0.text.hasPrefix(text) } == 3)
        }
    }

    @Test("that the platform refuses heartbeats, or why it does not answer, is told when it changes, not with each of them")
    func complaints() throws {
        var box = box()
        func complaints(_ box: TestBox) -> Int { box.notices.count { $0.level == .warning && $0.text.hasPrefix("platform ") } }
        for code in [9, 9, 10, 10] {
            for _ in 0..<12 {
                let verdict = PlatformReply.Verdict(code: code, message: "who are you?")
                box.reply(try #require(beats(box).last).id, .heartbeat(.init(verdict: verdict, content: nil)))
                box.advance(by: .seconds(5))
            }
        }
        #expect(complaints(box) == 2)
        for kind in [ExchangeFailure.Kind.timeout, .connection] {
            for _ in 0..<24 {
                box.handle(
                    .reply(try #require(beats(box).last).id, .failure(ExchangeFailure(kind, "because of \(kind.rawValue)"))))
                box.advance(by: .seconds(5))
            }
        }
        #expect(complaints(box) == 4)
    }

    @Test("where late positions are to be dropped, none is kept")
    func dropped() {
        var box = box(latePositions: .drop)
        box.advance(by: .zero)
        box.fail(beats(box)[0].id)
        #expect(!box.effects.contains { if case .outbox = $0 { true } else { false } })
    }

    @Test("a day without the platform keeps every position of the first hour, then one each 30 s and each turn of the bus")
    func thinned() throws {
        var late = LatePositions()
        var kept = 0
        var now = Instant(nanoseconds: 0)
        func position(_ course: Double) -> Position {
            Position(latitude: 31, longitude: 121, speedKilometresPerHour: 30, course: course)
        }
        for _ in 0..<17_280 {
            if late.keeps(position(350), at: now) { kept += 1 }
            now = now + .seconds(5)
        }
        #expect(kept == 720 + (17_280 - 720) / 6)
        let straightOn = late.keeps(position(10), at: now)
        let turn = late.keeps(position(25), at: now)
        let afterTurn = late.keeps(position(30), at: now)
        #expect(!straightOn && turn && !afterTurn, "20 degrees are no turn, 35 are")
        late.reset()
        let fresh = late.keeps(position(30), at: now)
        #expect(fresh)
    }

    @Test("while one is on its way, the next position waits in the outbox instead of piling up requests")
    func oneAtATime() {
        var box = box()
        box.advance(by: .zero)
        box.advance(by: .seconds(5))
        #expect(beats(box).count == 1)
        #expect(box.effects.contains { if case .outbox(.position) = $0 { true } else { false } })
    }
}

@Suite("The calendar")
struct ClockTests {
    private let build = WallTime(seconds: 1_690_000_000)
    private let wrong = Moment(instant: Instant(nanoseconds: 0), system: WallTime(seconds: 0))

    @Test("GPS wins over the server, the server over the system clock, and an unbuilt time over nothing")
    func order() {
        var clock = TrustedClock(buildDate: build)
        #expect(clock.trusted(at: wrong) == nil)
        #expect(clock.reading(at: Moment(instant: wrong.instant, system: TestBox.epoch)).source == .system)
        clock.learn(TestBox.epoch, from: .server, at: wrong.instant)
        #expect(clock.reading(at: wrong) == (TestBox.epoch, .server))
        clock.learn(TestBox.epoch + .seconds(9), from: .gps, at: wrong.instant)
        let isServerBelieved = clock.learn(TestBox.epoch, from: .server, at: wrong.instant)
        #expect(isServerBelieved == .outranked)
        #expect(clock.reading(at: wrong) == (TestBox.epoch + .seconds(9), .gps))
        let isLaterServerBelieved = clock.learn(TestBox.epoch + .seconds(3600), from: .server, at: wrong.instant + .seconds(3600))
        #expect(isLaterServerBelieved == .taken)
    }

    @Test("a receiver whose weeks rolled over is not believed")
    func rollover() {
        var clock = TrustedClock(buildDate: build)
        let isBelieved = clock.learn(build - .seconds(1024 * 7 * 86400), from: .gps, at: wrong.instant)
        #expect(isBelieved == .doubted(.beforeBuild))
    }

    @Test("steps of the system clock change nothing once a time was learned")
    func steps() {
        var clock = TrustedClock(buildDate: build)
        clock.learn(TestBox.epoch, from: .gps, at: Instant(nanoseconds: 0))
        for hours in [-5, 0, 7] as [Int64] {
            let moment = Moment(instant: Instant(nanoseconds: 2_000_000_000), system: TestBox.epoch + .seconds(hours * 3600))
            #expect(clock.trusted(at: moment) == TestBox.epoch + .seconds(2))
        }
    }

    @Test("a record made before the time was known waits for it and is sent with its true time")
    func correctedLater() throws {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]), system: WallTime(seconds: 77))
        box.tap("AA")
        box.advance(by: .seconds(100))
        #expect(box.requests.allSatisfy { $0.request.content.name == "heartbeat" })
        box.handle(.fix(Fix(quality: .threeDimensional, position: nil, time: TestBox.epoch)))
        #expect(box.effects.contains { if case .correctTimes(_, let wall, .gps) = $0 { wall == TestBox.epoch } else { false } })
        let late = try #require(box.requests.last)
        switch late.request.content {
        case .check(_, _, _, let time), .log(_, _, _, let time): #expect(time == TestBox.epoch - .seconds(100))
        default: #expect(Bool(false), "an upload of the tap")
        }
    }

    @Test("a record dated by a system clock that was hours off is dated again, and sent only then", arguments: [-8, 5])
    func correctedSystemClock(hours: Int64) throws {
        let wrong = TestBox.epoch + .seconds(hours * 3600)
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]), system: wrong, isTimeVouched: false)
        box.tap("AA")
        #expect(box.stored.first?.stamp.source == .system && box.stored.first?.stamp.wall == wrong)
        #expect(box.requests.allSatisfy { $0.request.content.name == "heartbeat" })
        box.advance(by: .seconds(100))
        box.reply(try #require(box.requests.first).id, .heartbeat(serverTime: TestBox.epoch))
        #expect(box.effects.contains { if case .correctTimes(_, TestBox.epoch, .server) = $0 { true } else { false } })
        let times = box.requests.compactMap { request -> WallTime? in
            switch request.request.content {
            case .check(_, _, _, let time), .log(_, _, _, let time): time
            default: nil
            }
        }
        #expect(times == [TestBox.epoch - .seconds(100), TestBox.epoch - .seconds(100)])
        let corrections = box.effects.count { if case .correctTimes = $0 { true } else { false } }
        box.handle(.fix(Fix(quality: .threeDimensional, position: nil, time: TestBox.epoch + .seconds(3))))
        #expect(box.effects.count { if case .correctTimes = $0 { true } else { false } } == corrections, "dated once for all")
    }

    @Test("where the platform answers heartbeats with refusals or pages, the system clock has to do")
    func refusedHeartbeat() throws {
        for kind in [ExchangeFailure.Kind.status, .undecodable, .timeout] {
            var box = TestBox(restored: TestBox.holding(listed: ["AA"]), isTimeVouched: false)
            box.tap("AA")
            box.fail(try #require(box.requests.first).id, kind)
            #expect(box.requests.contains { $0.request.content.name == "booking" } == (kind != .timeout))
        }
    }

    @Test("a platform that answers but tells no usable time does not hold the records for ever")
    func noServerTime() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]), system: WallTime(seconds: 77))
        box.tap("AA")
        box.reply(box.requests[0].id, .heartbeat())
        #expect(box.requests.contains { $0.request.content.name == "booking" })
    }

    @Test("civil time and seconds agree over four centuries, and impossible dates are refused")
    func civil() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: 0..<253_402_300_800, using: &random)
            #expect(CivilTime(secondsSince1970: seconds).secondsSince1970 == seconds)
        }
        #expect(CivilTime(year: 2024, month: 2, day: 29, hour: 0, minute: 0, second: 0)?.secondsSince1970 == 1_709_164_800)
        #expect(CivilTime(year: 2023, month: 2, day: 29, hour: 0, minute: 0, second: 0) == nil)
        #expect(
            FixedZone.shanghai.civil(WallTime(seconds: 1_566_634_814))
                == CivilTime(year: 2019, month: 8, day: 24, hour: 16, minute: 20, second: 14))
    }

    @Test("request ids are UUIDv7 and survive their text")
    func ids() throws {
        var random = SystemRandomNumberGenerator()
        let id = UniqueID.version7(at: WallTime(milliseconds: 0x017F_22E2_79B0), using: &random)
        let text = id.description
        #expect(text.hasPrefix("017f22e2-79b0-7") && "89ab".contains(Array(text)[19]) && text.count == 36)
        #expect(UniqueID(text) == id && UniqueID(text.uppercased()) == id && UniqueID("xyz") == nil)
    }
}
