import Testing

@testable import Base
@testable import ValidatorCore

@Suite("Shutting down after the ignition")
struct IgnitionWatchTests {
    private var watch = IgnitionWatch(delay: .seconds(600), maximum: .seconds(3600))
    private func second(_ number: Int) -> Instant { Instant(nanoseconds: Int64(number) * 1_000_000_000) }

    /// The second at which it says to shut down, when it is asked whenever it wants to be.
    private mutating func shutdown(from start: Int, unsent: (Int) -> Int) -> Int? {
        for _ in 0..<10_000 {
            guard let due = watch.nextDeadline else { return nil }
            let now = Int(due.nanoseconds / 1_000_000_000)
            if watch.check(unsent: unsent(now), at: due).contains(.shutDown) { return now }
        }
        return nil
    }

    @Test("happens after the delay")
    mutating func delay() {
        #expect(watch.set(isOn: false, at: second(100)).count == 1)
        #expect(watch.check(unsent: 0, at: second(699)).isEmpty)
        #expect(shutdown(from: 100) { _ in 0 } == 700)
        #expect(watch.nextDeadline == nil, "once")
    }

    @Test("does not happen when the ignition comes back")
    mutating func cancelled() {
        _ = watch.set(isOn: true, at: second(0))
        _ = watch.set(isOn: false, at: second(100))
        let outputs = watch.set(isOn: true, at: second(500))
        #expect(outputs == [.notice(Notice(.info, "ignition is on again; the box stays on"))])
        #expect(watch.nextDeadline == nil)
        #expect(watch.check(unsent: 0, at: second(9999)).isEmpty)
    }

    @Test("counts the delay from the last time that it went off")
    mutating func flicker() {
        _ = watch.set(isOn: false, at: second(100))
        #expect(watch.set(isOn: false, at: second(200)).isEmpty, "the same again is nothing new")
        _ = watch.set(isOn: true, at: second(300))
        _ = watch.set(isOn: false, at: second(301))
        #expect(shutdown(from: 301) { _ in 0 } == 901)
    }

    @Test("waits for unsent records, which is told once, and goes on soon after the last")
    mutating func unsent() {
        _ = watch.set(isOn: false, at: second(0))
        let told = watch.check(unsent: 5, at: second(600))
        #expect(told == [.notice(Notice(.info, "ignition is off; 5 records are unsent, waiting for them for up to 3000 s"))])
        #expect(watch.check(unsent: 4, at: second(610)).isEmpty)
        #expect(shutdown(from: 610) { $0 < 1000 ? 3 : 0 } == 1000)
    }

    @Test("does not wait longer than the maximum: they are on disk")
    mutating func maximum() {
        _ = watch.set(isOn: false, at: second(0))
        #expect(shutdown(from: 0) { _ in 7 } == 3600)
    }

    @Test("is tried again when the machine could not be switched off, unless the ignition is on meanwhile")
    mutating func failure() {
        _ = watch.set(isOn: false, at: second(0))
        #expect(shutdown(from: 0) { _ in 0 } == 600)
        #expect(watch.shutdownFailed("exit code 1", at: second(601)).count == 1)
        #expect(shutdown(from: 601) { _ in 0 } == 661)
        _ = watch.set(isOn: true, at: second(662))
        #expect(watch.shutdownFailed("exit code 1", at: second(663)).isEmpty)
        #expect(watch.nextDeadline == nil)
    }

    @Test("also follows an ignition that was off at start, and never one that was never read")
    mutating func start() {
        #expect(watch.nextDeadline == nil && watch.isOn == nil)
        #expect(watch.set(isOn: true, at: second(0)).isEmpty)
        #expect(watch.nextDeadline == nil)
    }
}
