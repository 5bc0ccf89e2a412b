import Base
import Testing

@testable import ValidatorCore

@Suite("The receiver's time")
struct ReceiverTimeTests {
    private static let build = WallTime(seconds: 1_690_000_000)
    private static let weeks1024 = Duration.seconds(1024 * 7 * 86400)
    private static let day = Duration.seconds(86400)
    private let start = Instant(nanoseconds: 77_000_000_000)

    /// What a receiver says, how long after a `server_time` (nil: none ever came), and whether it is believed.
    struct Case: Sendable {
        var says: WallTime
        var sinceServer: Duration?
        var expected: TrustedClock.Lesson

        init(_ says: WallTime, sinceServer: Duration? = nil, _ expected: TrustedClock.Lesson) {
            (self.says, self.sinceServer, self.expected) = (says, sinceServer, expected)
        }
    }

    private static func server(after duration: Duration) -> WallTime { TestBox.epoch + duration }

    static let cases: [Case] = [
        // The software's date alone.
        Case(build, .taken), Case(build - .milliseconds(1), .doubted(.beforeBuild)),
        Case(build - weeks1024, .doubted(.beforeBuild)), Case(TestBox.epoch, .taken),
        Case(build + day * 3653, .taken), Case(build + day * 3653 + .milliseconds(1), .doubted(.longAfterBuild)),
        Case(build + weeks1024, .doubted(.longAfterBuild)), Case(TestBox.epoch + weeks1024, .doubted(.longAfterBuild)),
        // Almost eight years ahead, as gpsd 3.22 makes of 2015 in 2026, and no platform to hold it against.
        Case(TestBox.epoch + day * 2871, .taken),
        // The same with a platform.
        Case(TestBox.epoch + day * 2871, sinceServer: .zero, .doubted(.apartFromServer(day * 2871))),
        Case(TestBox.epoch - day * 8, sinceServer: .zero, .doubted(.apartFromServer(day * -8))),
        Case(server(after: .seconds(300)), sinceServer: .zero, .taken),
        Case(server(after: .seconds(301)), sinceServer: .zero, .doubted(.apartFromServer(.seconds(301)))),
        Case(server(after: .seconds(-300)), sinceServer: .zero, .taken),
        Case(server(after: .seconds(-301)), sinceServer: .zero, .doubted(.apartFromServer(.seconds(-301)))),
        // The platform's time goes on by itself for a day.
        Case(server(after: day), sinceServer: day, .taken),
        Case(server(after: .zero), sinceServer: day, .doubted(.apartFromServer(day * -1))),
        Case(server(after: .zero), sinceServer: day + .seconds(1), .taken),
        // Before the almanac has told of leap seconds.
        Case(server(after: .seconds(3)), sinceServer: .zero, .taken),
        // A timezone is no time.
        Case(server(after: .seconds(8 * 3600)), sinceServer: .zero, .doubted(.apartFromServer(.seconds(8 * 3600)))),
    ]

    @Test("is believed from the software's date on for ten years, and not five minutes off the platform's", arguments: cases)
    func believed(_ example: Case) {
        var clock = TrustedClock(buildDate: Self.build)
        if example.sinceServer != nil { clock.learn(TestBox.epoch, from: .server, at: start) }
        let lesson = clock.learn(example.says, from: .gps, at: start + (example.sinceServer ?? .zero))
        #expect(lesson == example.expected)
    }

    @Test("that was believed gives way to a platform that says something else, and is heard again once they agree")
    func contradicted() {
        var clock = TrustedClock(buildDate: Self.build)
        func reading(at instant: Instant) -> (wall: WallTime, source: ClockSource) {
            clock.reading(at: Moment(instant: instant, system: WallTime(seconds: 0)))
        }
        clock.learn(TestBox.epoch + Self.day * 2871, from: .gps, at: start)
        #expect(reading(at: start).source == .gps)
        clock.learn(TestBox.epoch, from: .server, at: start)
        #expect(reading(at: start) == (TestBox.epoch, .server))
        clock.learn(TestBox.epoch + Self.day * 2871, from: .gps, at: start + .seconds(1))
        #expect(reading(at: start + .seconds(1)) == (TestBox.epoch + .seconds(1), .server))
        clock.learn(TestBox.epoch + .seconds(4), from: .gps, at: start + .seconds(2))
        #expect(reading(at: start + .seconds(2)) == (TestBox.epoch + .seconds(4), .gps))
    }

    @Test("that is not believed is told once, and again when it was right for an hour in between")
    func told() throws {
        var box = TestBox()
        func report(_ time: WallTime) {
            box.advance(by: .seconds(1))
            box.handle(.fix(Fix(quality: .threeDimensional, position: nil, time: time)))
        }
        let wrong = TestBox.epoch - Self.weeks1024
        for second in 0..<3600 { report(wrong + .seconds(second)) }
        let told = try #require(box.notices.first)
        #expect(box.notices.count == 1 && told.level == .warning)
        #expect(told.text.contains("earlier than this software") && told.text.contains("update the receiver's firmware"))
        report(box.now.system)
        report(wrong)
        #expect(box.notices.count == 2)
        for _ in 0..<10 {
            report(box.now.system)
            report(wrong)
        }
        #expect(box.notices.count == 2, "a receiver that is now right, now wrong does not fill the log")
    }
}
