import Base
import Kernel
import OperatingSystem
import Testing

@Suite("One-shot timer", .timeLimit(.minutes(5)))
struct OneShotTimerTests {
    @Test("it fires once, and not early")
    func notEarly() async throws {
        let wakeups = Wakeups()
        var count = 0
        let timer = OneShotTimer {
            count += 1; wakeups.signal()
        }
        let start = Clocks.now().instant
        timer.schedule(after: .milliseconds(20))
        try await wakeups.next()
        #expect(Clocks.now().instant - start >= .milliseconds(20))
        let other = OneShotTimer(onFire: wakeups.signal)
        other.schedule(after: .milliseconds(50))
        try await wakeups.next()
        #expect(count == 1)
    }

    @Test("scheduling again replaces the first deadline, cancelling removes it")
    func replaces() async throws {
        let wakeups = Wakeups()
        var fired: [String] = []
        let replaced = OneShotTimer {
            fired.append("replaced"); wakeups.signal()
        }
        let cancelled = OneShotTimer {
            fired.append("cancelled"); wakeups.signal()
        }
        let atOnce = OneShotTimer {
            fired.append("at once"); wakeups.signal()
        }
        replaced.schedule(after: .seconds(30))
        cancelled.schedule(after: .milliseconds(5))
        cancelled.schedule(at: nil)
        atOnce.schedule(after: .zero)
        atOnce.cancel()
        replaced.schedule(after: .milliseconds(20))
        try await wakeups.next()
        #expect(fired == ["replaced"])
    }

    @Test("a deadline that moves away and then nearer is kept, and fires once")
    func moves() async throws {
        let wakeups = Wakeups()
        var count = 0
        let timer = OneShotTimer {
            count += 1; wakeups.signal()
        }
        timer.schedule(after: .milliseconds(1))
        timer.schedule(after: .seconds(3000))
        let start = Clocks.now().instant
        timer.schedule(after: .milliseconds(40))
        try await wakeups.next()
        #expect(Clocks.now().instant - start >= .milliseconds(40))
        let other = OneShotTimer(onFire: wakeups.signal)
        other.schedule(after: .milliseconds(20))
        try await wakeups.next()
        #expect(count == 1)
    }

    @Test("scheduled in the handler, it fires again, also at once")
    func again() async throws {
        let wakeups = Wakeups()
        var timer: OneShotTimer?
        var rest = [Duration.zero, .milliseconds(5), .zero]
        timer = OneShotTimer {
            if rest.isEmpty { wakeups.signal() } else { timer?.schedule(after: rest.removeFirst()) }
        }
        timer?.schedule(after: .zero)
        try await wakeups.next()
        #expect(rest.isEmpty)
        timer = nil
    }

    @Test("a deadline that has passed fires at once")
    func pastDeadline() async throws {
        let wakeups = Wakeups()
        let timer = OneShotTimer(onFire: wakeups.signal)
        timer.schedule(at: Instant(nanoseconds: 0))
        try await wakeups.next()
        _ = consume timer
    }

    @Test("a timer that is gone never fires")
    func gone() async throws {
        let wakeups = Wakeups()
        var fired: [String] = []
        do {
            let timer = OneShotTimer { fired.append("gone") }
            timer.schedule(after: .milliseconds(1))
        }
        let later = OneShotTimer {
            fired.append("later"); wakeups.signal()
        }
        later.schedule(after: .milliseconds(30))
        try await wakeups.next()
        #expect(fired == ["later"])
    }
}
