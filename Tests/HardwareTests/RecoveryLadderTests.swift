import Base
import Testing

@testable import Hardware

@Suite("Steps of bringing a reader back")
nonisolated struct RecoveryLadderTests {
    var ladder = RecoveryLadder(start: Self.at(0))

    static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    /// Which of these seconds' failures lead to a power cycle.
    mutating func cycles(of seconds: some Sequence<Int64>) -> [Int64] {
        seconds.filter { ladder.failed(at: Self.at($0)) }
    }

    @Test("the first opening is no reopening")
    mutating func reopenings() {
        for _ in 0..<3 { ladder.opened() }
        #expect(ladder.reopenings == 2)
    }

    @Test("power is cycled when five attempts have failed")
    mutating func fiveAttempts() {
        #expect(cycles(of: 100...104) == [104])
        #expect(ladder.powerCycles == 1)
    }

    @Test("a device has a minute from the start, and a minute after each power cycle")
    mutating func interval() {
        #expect(cycles(of: 0...200) == [60, 120, 180])
    }

    @Test("attempts count anew when the device has answered")
    mutating func success() {
        #expect(cycles(of: 100...103) == [])
        ladder.succeeded()
        #expect(cycles(of: 104...108) == [108])
    }
}
