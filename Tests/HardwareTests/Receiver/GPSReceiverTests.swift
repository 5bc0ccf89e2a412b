import FaultProxy
import Glibc
import Testing
import ValidatorCore

@testable import Hardware

@Suite("GPS receiver through a real gpsd", .timeLimit(.minutes(5)))
final class GPSReceiverTests {
    let fixes = Inbox<Fix>()
    let losses = Inbox<Void>()
    var states: [String] = []

    func start(port: Int, reportTimeout: Duration = .seconds(10)) -> GPSReceiver {
        let receiver = GPSReceiver(
            host: "127.0.0.1", port: port, reportTimeout: reportTimeout,
            onFix: { [fixes] fix, _ in fixes.put(fix) },
            onState: { [weak self] in self?.states.append($0) },
            onLost: { [losses] in losses.put(()) })
        receiver.start()
        return receiver
    }

    @Test("a fix has place, speed in km/h, course and the receiver's time")
    func fix() async throws {
        let gpsd = try GPSDaemon()
        gpsd.feed(.fix)
        let receiver = start(port: gpsd.port)
        let fix = try await fixes.next { $0.quality == .threeDimensional }
        let position = try #require(fix.position)
        #expect(abs(position.latitude - 31.230366) < 0.00001)
        #expect(abs(position.longitude - 121.4706) < 0.00001)
        #expect(abs(try #require(position.speedKilometresPerHour) - 40.0) < 0.1)
        #expect(abs(try #require(position.course) - 84.4) < 0.01)
        let time = try #require(fix.time)
        // 2026-09-22 01:02, and the second that the sentence named.
        #expect((1_790_038_920..<1_790_038_980).contains(time.seconds))
        #expect(receiver.state == "fix")
    }

    @Test("a receiver without a fix reports no place")
    func noFix() async throws {
        let gpsd = try GPSDaemon()
        gpsd.feed(.noFix)
        let receiver = start(port: gpsd.port)
        let fix = try await fixes.next()
        #expect(fix.quality == .none && fix.position == nil && fix.time == nil && fix.receiver.hasPrefix("/dev/pts/"))
        #expect(receiver.state == "receiver has no fix")
    }

    @Test("a fix may lack the time, and speed and course")
    func withoutTime() async throws {
        let gpsd = try GPSDaemon()
        gpsd.feed(.withoutTime)
        let receiver = start(port: gpsd.port)
        let fix = try await fixes.next { $0.position != nil }
        #expect(fix.time == nil)
        #expect(fix.position?.speedKilometresPerHour == nil)
        #expect(fix.position?.course == nil)
        _ = receiver
    }

    @Test("gpsd is killed, and used again when it is back")
    func restart() async throws {
        let gpsd = try GPSDaemon()
        gpsd.feed(.fix)
        let receiver = start(port: gpsd.port)
        _ = try await fixes.next { $0.position != nil }
        gpsd.kill()
        try await losses.next()
        // "has gone", or already what the next attempt to connect has met.
        #expect(receiver.state.hasPrefix("gpsd on 127.0.0.1 port \(gpsd.port)"))
        #expect(losses.takeAll().isEmpty)
        _ = fixes.takeAll()
        try gpsd.launch()
        _ = try await fixes.next { $0.position != nil }
        #expect(receiver.state == "fix")
    }

    @Test("of what has piled up while the loop was held up the newest report alone is handed on")
    func heldUp() async throws {
        let playback = try await GPSPlayback(receivers: 1)
        let receiver = start(port: playback.port)
        var second = 0
        while fixes.takeAll().allSatisfy({ $0.time == nil }) {
            second += 1
            _ = try await playback.play(GPSDaemon.epoch(.fix, second: second), to: 0)
        }
        var late: Fix?
        for _ in 0..<15 {
            second += 1
            late = try playback.playWithoutYielding(GPSDaemon.epoch(.fix, second: second))
        }
        let time = try #require(late?.time)
        #expect(try await fixes.next().time == time)
        _ = receiver
    }

    @Test("gpsd's receivers are told apart; while one has a fix the state is one")
    func several() async throws {
        let playback = try await GPSPlayback(receivers: 2)
        let receiver = start(port: playback.port)
        var seen: [String: Fix.Quality] = [:]
        for second in 0..<40 {
            _ = try await playback.play(GPSDaemon.epoch(.fix, second: second), to: 0)
            _ = try await playback.play(GPSDaemon.epoch(.noFix, second: second), to: 1)
            for fix in fixes.takeAll() { seen[fix.receiver] = fix.quality }
        }
        #expect(Set(seen.values) == [.threeDimensional, .none])
        #expect(receiver.state == "fix")
        #expect(states.count { $0 == "receiver has no fix" } <= 1, "the log does not fill with a state that comes and goes")
    }

    @Test("a receiver that falls silent is lost, and found again")
    func silence() async throws {
        let gpsd = try GPSDaemon()
        gpsd.feed(.fix)
        let receiver = start(port: gpsd.port, reportTimeout: .seconds(1))
        _ = try await fixes.next { $0.position != nil }
        gpsd.feed(nil)
        try await wait { receiver.state.hasPrefix("no report from the receiver for 1 s") }
        #expect(!losses.takeAll().isEmpty)
        gpsd.feed(.fix)
        try await wait { receiver.state == "fix" }
    }

    @Test("without gpsd the state says so, and what to ask")
    func absent() throws {
        let receiver = start(port: try Socket.listening().port)
        #expect(receiver.state.hasSuffix("is gpsd running? Retrying"))
        #expect(states == [receiver.state])
    }

    @Test(
        "only this machine may be named, since connecting blocks",
        arguments: [
            ("127.0.0.1", true), ("127.1.2.3", true), ("localhost", true), ("::1", true),
            ("10.0.0.1", false), ("gps.example", false), ("127.0.0", false), ("127.0.0.256", false),
            ("127.evil.example.com", false),
            ("", false), ("shared memory", false),
        ])
    func loopback(host: String, isAllowed: Bool) {
        #expect((GPSReceiver.problem(host: host) == nil) == isAllowed)
    }

    @Test("another machine is not even tried")
    func refused() {
        var states: [String] = []
        let receiver = GPSReceiver(
            host: "192.0.2.1", port: 2947, onFix: { _, _ in }, onState: { states.append($0) }, onLost: {})
        receiver.start()
        #expect(states.count == 1)
        #expect(states.first?.hasPrefix("gpsd's host \"192.0.2.1\" is not this machine: use 127.0.0.1") == true)
    }
}
