import Base
import Testing
import ValidatorCore

@Suite("The mobile network's account")
struct DataUseTests {
    private let boot = UniqueID(high: 1, low: 1)
    private let nextBoot = UniqueID(high: 1, low: 2)

    private func counter(_ bytes: Int64, boot: UniqueID? = nil, interface: Int = 3) -> DataUse.Counter {
        DataUse.Counter(boot: boot ?? self.boot, interface: interface, bytes: bytes)
    }

    @Test("adds what the counters grow by")
    func grows() {
        var use = DataUse()
        use.take(counter(1000), month: 202_611)
        use.take(counter(1500), month: 202_611)
        use.take(counter(1500), month: 202_611)
        #expect(use.bytes == 1500 && use.month == 202_611)
    }

    @Test("goes on where it was after a restart of the program, without counting twice")
    func programRestart() {
        var use = DataUse(month: 202_611, bytes: 9000, counter: counter(4000))
        use.take(counter(4100), month: 202_611)
        #expect(use.bytes == 9100)
    }

    @Test("takes all of counters that began anew: after a boot, a modem that came back, a reset")
    func counterResets() {
        var use = DataUse(month: 202_611, bytes: 9000, counter: counter(4000))
        use.take(counter(5000, boot: nextBoot), month: 202_611)
        #expect(use.bytes == 14_000, "a boot, although the counter is larger than before")
        use.take(counter(6000, boot: nextBoot, interface: 4), month: 202_611)
        #expect(use.bytes == 20_000, "another interface number")
        use.take(counter(10, boot: nextBoot, interface: 4), month: 202_611)
        #expect(use.bytes == 20_010, "a smaller counter")
    }

    @Test("begins anew with the month, and never goes back to an earlier one")
    func months() {
        var use = DataUse(month: 202_611, bytes: 9000, counter: counter(4000))
        use.take(counter(4200), month: 202_612)
        #expect(use.bytes == 200 && use.month == 202_612)
        use.take(counter(4300), month: 202_611)
        #expect(use.bytes == 300 && use.month == 202_612)
        use.take(counter(4301), month: 202_701)
        #expect(use.bytes == 1)
    }

    @Test("counts without a trusted clock for the month that is known, and keeps what a new box counted before")
    func noClock() {
        var use = DataUse()
        use.take(counter(100), month: nil)
        use.take(counter(150), month: 202_611)
        use.take(counter(160), month: nil)
        #expect(use.bytes == 160 && use.month == 202_611)
    }

    @Test("changes the month at midnight in the operator's zone")
    func zone() {
        // 2026-11-30 15:59:59 and 16:00:00 UTC.
        #expect(DataUse.month(of: WallTime(seconds: 1_796_054_399), in: FixedZone.shanghai) == 202_611)
        #expect(DataUse.month(of: WallTime(seconds: 1_796_054_400), in: FixedZone.shanghai) == 202_612)
    }
}
