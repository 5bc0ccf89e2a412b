import Base
import Testing

@testable import ValidatorCore

@Suite("GPS receivers")
struct ReceiversTests {
    private static let start = Instant(nanoseconds: 50_000_000_000)
    private static let square = (latitude: 31.2304, longitude: 121.4737)

    private static func at(_ seconds: Double) -> Instant { start + .milliseconds(Int64((seconds * 1000).rounded())) }

    /// A report of this second, so far to the north of People's Square.
    private static func report(
        _ second: Double, north metres: Double = 0, speed: Double? = 20, course: Double? = 45, from receiver: String = "a",
        quality: Fix.Quality = .threeDimensional, hasTime: Bool = true, error: Double? = 17, isInvented: Bool = false
    ) -> Fix {
        Fix(
            receiver: receiver, quality: quality,
            position: quality == .none
                ? nil
                : Position(
                    latitude: square.latitude + metres / 111_195, longitude: square.longitude, speedKilometresPerHour: speed,
                    course: course),
            time: hasTime ? TestBox.epoch + .milliseconds(Int64(second * 1000)) : nil, errorMetres: error, isInvented: isInvented)
    }

    /// How far to the north of People's Square the bus is believed to be.
    private func north(_ receivers: Receivers, _ second: Double) -> Int? {
        receivers.fix(at: Self.at(second))?.fix.position.map { Int((($0.latitude - Self.square.latitude) * 111_195).rounded()) }
    }

    // MARK: One report

    @Test(
        "a report that no bus makes is no fix",
        arguments: [
            (report(1), true), (report(1, quality: .twoDimensional), true), (report(1, quality: .none), false),
            (report(1, isInvented: true), false),
            // 400 knots.
            (report(1, speed: 740.8), false), (report(1, speed: 250.1), false), (report(1, speed: 249.9), true),
            (report(1, speed: nil), true),
            // HDOP 99.9, as gpsd reckons it.
            (report(1, error: 1898.1), false), (report(1, error: 1000.1), false), (report(1, error: 999.9), true),
            (report(1, error: nil), true),
        ])
    func possible(report: Fix, isFix: Bool) {
        var receivers = Receivers()
        let outcome = receivers.take(report, at: Self.at(1))
        #expect(outcome == (isFix ? .counts(report) : report.isInvented ? .invented : .ignored))
        #expect((receivers.fix(at: Self.at(1)) != nil) == isFix)
    }

    @Test(
        "below walking pace there is no course",
        arguments: [(0, nil), (0.8, nil), (2.9, nil), (3, 45), (60, 45), (nil, 45)] as [(Double?, Double?)])
    func course(speed: Double?, course: Double?) {
        var receivers = Receivers()
        _ = receivers.take(Self.report(1, speed: speed), at: Self.at(1))
        #expect(receivers.fix(at: Self.at(1))?.fix.position?.course == course)
        #expect(receivers.fix(at: Self.at(1))?.fix.position?.speedKilometresPerHour == speed)
    }

    @Test("a fix is where the bus is for ten seconds, whatever else is reported meanwhile, and then no longer")
    func outage() {
        var receivers = Receivers()
        _ = receivers.take(Self.report(0), at: Self.at(0))
        for second in 1...15 {
            _ = receivers.take(Self.report(Double(second), quality: .none), at: Self.at(Double(second)))
            #expect((north(receivers, Double(second)) != nil) == (second <= 10), "\(second)")
        }
        #expect(receivers.report(at: Self.at(15))?.fix.quality == Fix.Quality.none)
        receivers.lose()
        #expect(receivers.report(at: Self.at(15)) == nil)
    }

    // MARK: Repetitions

    @Test("a receiver that repeats its last report tells neither place nor time, however many reports gpsd makes of it")
    func frozen() {
        var receivers = Receivers()
        // gpsd's first report of an epoch has a speed of its own making.
        let reports = [Self.report(0, speed: nil, course: nil), Self.report(0)]
        var outcomes: [Receivers.Outcome] = []
        for second in 0..<30 {
            for report in reports { outcomes.append(receivers.take(report, at: Self.at(Double(second)))) }
        }
        #expect(outcomes.prefix(2) == [.counts(reports[0]), .counts(reports[1])])
        #expect(outcomes.dropFirst(2).allSatisfy { $0 == .repeated(since: Self.start) })
        #expect(north(receivers, 10) == 0 && north(receivers, 10.001) == nil)
        receivers.lose()
        let afterwards = receivers.take(reports[1], at: Self.at(29.5))
        #expect(afterwards == .repeated(since: Self.start), "gpsd was away meanwhile")
        let next = receivers.take(Self.report(30), at: Self.at(30))
        #expect(next == .counts(Self.report(30)))
    }

    @Test("a bus that stands still is not taken for a receiver that does, be it without a time")
    func standing() {
        for hasTime in [true, false] {
            var receivers = Receivers()
            for second in 0..<30 {
                let report = Self.report(Double(second), speed: 0, course: nil, hasTime: hasTime)
                let outcome = receivers.take(report, at: Self.at(Double(second)))
                #expect(outcome == .counts(report))
            }
        }
    }

    @Test("a time that stands still under positions that go on is not told as the present")
    func stoppedTime() {
        var receivers = Receivers()
        for second in 0..<30 {
            var report = Self.report(Double(second), north: Double(second) * 5)
            report.time = TestBox.epoch
            let outcome = receivers.take(report, at: Self.at(Double(second)))
            if second > 0 { report.time = nil }
            #expect(outcome == .counts(report))
        }
        #expect(north(receivers, 29) == 145)
    }

    // MARK: Jumps

    /// Where the receiver says it is, each second, and where the bus is believed to be then.
    @Test(
        "one report from where no bus can have gone does not count, until the next confirms it",
        arguments: [
            ([0, 10, 20, 30], [0, 10, 20, 30]),
            ([0, 50_000, 20], [0, 0, 20]),
            ([0, 50_000, 50_010, 50_020], [0, 0, 50_010, 50_020]),
            ([0, 50_000, -50_000, 30], [0, 0, 0, 30]),
            ([0, 50_000, 0, 50_000, 0, 50_000], [0, 0, 0, 0, 0, 0]),
            // As far as noise and 250 km/h go together.
            ([0, 1060, 0], [0, 1060, 0]), ([0, 1080, 0], [0, 0, 0]),
            ([50_000, 0, 0], [50_000, 50_000, 0]),
        ])
    func jumps(reported: [Double], believed: [Int]) {
        var receivers = Receivers()
        for (second, (report, expected)) in zip(reported, believed).enumerated() {
            _ = receivers.take(Self.report(Double(second), north: report), at: Self.at(Double(second)))
            #expect(north(receivers, Double(second)) == expected, "\(second)")
        }
    }

    @Test("the second report of one epoch does not confirm the first")
    func jumpWithinEpoch() {
        for hasTime in [true, false] {
            var receivers = Receivers()
            func take(_ second: Double, _ metres: Double, speed: Double?, later: Double) {
                _ = receivers.take(
                    Self.report(second, north: metres, speed: speed, hasTime: hasTime), at: Self.at(second + later))
            }
            take(0, 0, speed: 20, later: 0)
            take(1, 50_000, speed: nil, later: 0)
            take(1, 50_000, speed: 20, later: 0.1)
            #expect(north(receivers, 1.1) == 0)
            take(2, 50_000, speed: nil, later: 0)
            #expect(north(receivers, 2) == 50_000)
        }
    }

    @Test("a bus that was in a tunnel for long comes out far away")
    func tunnel() {
        var receivers = Receivers()
        _ = receivers.take(Self.report(0), at: Self.at(0))
        _ = receivers.take(Self.report(600, north: 12_000), at: Self.at(600))
        #expect(north(receivers, 600) == 12_000)
    }

    // MARK: Several receivers

    @Test("one without a fix takes nothing from one with a fix")
    func second() {
        var receivers = Receivers()
        for second in 0..<30 {
            let now = Double(second)
            _ = receivers.take(Self.report(now), at: Self.at(now))
            for _ in 0..<3 { _ = receivers.take(Self.report(now, from: "b", quality: .none, hasTime: false), at: Self.at(now)) }
            #expect(north(receivers, now) == 0)
            #expect(receivers.report(at: Self.at(now))?.fix.receiver == "a")
        }
    }

    @Test("of two that both have a fix, 2 km apart, one is used until it has lost its own")
    func both() {
        for loss in [Self.report(0, quality: .none, hasTime: false), nil] {
            var receivers = Receivers()
            var used: [String] = []
            for second in 0..<60 {
                let now = Double(second)
                let isLost = (20..<40).contains(second)
                if let a = isLost ? loss : Self.report(now) { _ = receivers.take(a, at: Self.at(now)) }
                _ = receivers.take(Self.report(now, north: 2000, from: "b"), at: Self.at(now + 0.1))
                used.append(receivers.fix(at: Self.at(now + 0.1))?.fix.receiver ?? "none")
            }
            #expect(used.prefix(20).allSatisfy { $0 == "a" })
            #expect(used[23...].allSatisfy { $0 == "b" }, "also when the first one is back")
            #expect(!used.contains("none"))
        }
    }

    @Test("the better of two fixes is used at first, and a stuck or simulated one gives way")
    func better() {
        var receivers = Receivers()
        _ = receivers.take(Self.report(0, quality: .none), at: Self.at(0))
        _ = receivers.take(Self.report(0, from: "stuck"), at: Self.at(0))
        for second in 1..<10 {
            let now = Double(second)
            _ = receivers.take(Self.report(0, from: "stuck"), at: Self.at(now))
            _ = receivers.take(Self.report(now, from: "simulated", isInvented: true), at: Self.at(now))
            _ = receivers.take(Self.report(now, from: "live", quality: .twoDimensional), at: Self.at(now))
            #expect(receivers.fix(at: Self.at(now))?.fix.receiver == (second <= 3 ? "stuck" : "live"))
        }
    }

    @Test("names of receivers that come and go take no more room than a few")
    func bound() {
        var receivers = Receivers()
        for number in 0..<1000 {
            let outcome = receivers.take(
                Self.report(Double(number), from: "/dev/ttyUSB\(number)"), at: Self.at(Double(number) * 4))
            #expect(outcome == .counts(Self.report(Double(number), from: "/dev/ttyUSB\(number)")))
        }
    }

    // MARK: What the box makes of them

    @Test("a receiver that is stuck, or simulates, is told once with what to do, and its time is not learned")
    func told() throws {
        for isInvented in [false, true] {
            var box = TestBox(system: WallTime(seconds: 77), isTimeVouched: false)
            for second in 0..<120 {
                box.advance(by: .seconds(1))
                box.handle(.fix(Self.report(isInvented ? Double(second) : 0, isInvented: isInvented)))
            }
            #expect(box.notices.count == 1)
            #expect(box.notices.first?.text.contains(isInvented ? "simulated" : "Take its power away") == true)
            let expected: ClockSource = isInvented ? .none : .gps
            #expect(box.validator.clock.reading(at: box.now).source == expected)
            if !isInvented {
                #expect(
                    box.validator.clock.reading(at: box.now).wall == TestBox.epoch + .seconds(119), "carried on by the boot clock"
                )
            }
        }
    }
}
