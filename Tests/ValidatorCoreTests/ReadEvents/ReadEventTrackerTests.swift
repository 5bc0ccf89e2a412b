import Base
import ReadEvents
import Testing
import ValidatorCore

@Suite("Read events")
struct ReadEventTrackerTests {
    private typealias Kind = ReadEvent.Kind

    private func wall(_ milliseconds: Int) -> WallTime { ReadEventBench.epoch + .milliseconds(milliseconds) }

    // MARK: A visit

    @Test("the samples of the interface: a card that is there for 322 s, under a timeout of 300 s")
    func samples() throws {
        var bench = ReadEventBench(timeouts: [300_000])
        bench.enter(at: 0)
        let first = try #require(bench.take().first?.event)
        #expect(first.kind == .firstRead && first.isOngoing)
        #expect(first.firstRead.milliseconds == 1_674_111_043_000 && first.lastRead == first.firstRead)
        #expect(first.tid == TestBox.bytes("E20034120614141100734886") && first.reader == 0)
        #expect(first.timeout == .milliseconds(300_000) && first.duration == .zero)

        for time in stride(from: 1000, through: 322_000, by: 1000) { bench.see(at: time) }
        #expect(bench.take().isEmpty, "nothing is told while it lasts")
        bench.run(to: 621_999)
        #expect(bench.take().isEmpty)
        bench.run(to: 622_000)
        let last = try #require(bench.take().first)
        #expect(last.time == 622_000)
        #expect(last.event.kind == .readTimeout && !last.event.isOngoing)
        #expect(last.event.id == first.id && last.event.firstRead == first.firstRead)
        #expect(last.event.lastRead.milliseconds == 1_674_111_365_000)
        #expect(last.event.duration == .milliseconds(322_000))
        #expect(last.event.timeout == .milliseconds(300_000))
    }

    @Test("the timer is due to the millisecond: one timeout after the last read, no matter how the card was read")
    func deadline() {
        var bench = ReadEventBench(timeouts: [3000])
        bench.enter(at: 0)
        #expect(bench.nextDeadline == 3000)
        bench.see(at: 1)
        #expect(bench.nextDeadline == 3001)
        bench.enter(at: 2500)
        #expect(bench.nextDeadline == 5500)
        #expect(bench.published.map(\.event.kind) == [.firstRead])
    }

    @Test(
        "a card that comes back within the timeout is still there; at the timeout or later it is a new visit",
        arguments: [0, 1, 9000])
    func comingBack(late: Int) {
        var bench = ReadEventBench(timeouts: [3000])
        bench.enter(at: 0)
        bench.enter(at: 2999)
        bench.enter(at: 5999 + late)
        let events = bench.take().map(\.event)
        #expect(events.map(\.kind) == [.firstRead, .readTimeout, .firstRead])
        #expect(events[0].id == events[1].id && events[2].id != events[0].id)
        #expect(events[1].duration == .milliseconds(2999))
        #expect(events[2].firstRead == wall(5999 + late))
    }

    @Test(
        "a read that comes before a late timer ends the old visit first, even at the millisecond of the timer",
        arguments: [3000, 4000])
    func lateTimer(time: Int) {
        var bench = ReadEventBench(timeouts: [3000])
        bench.enter(at: 0)
        bench.handleWithoutTimer(.sighting(uid: ReadEventBench.tid, reader: 0), at: time)
        #expect(bench.published.map(\.event.kind) == [.firstRead, .readTimeout, .firstRead])
        #expect(bench.published[1].event.lastRead == wall(0))
    }

    @Test("its id is a UUIDv7 of the first read, and no two visits share one")
    func identity() {
        var bench = ReadEventBench(timeouts: [10])
        for visit in 0..<100 { bench.enter(at: visit * 20) }
        let ids = bench.take().filter { $0.event.kind == .firstRead }.map(\.event.id)
        #expect(Set(ids).count == 100)
        #expect(ids[7].high >> 16 == UInt64(wall(140).milliseconds) && ids[7].high >> 12 & 0xF == 7)
    }

    @Test("the same card on two readers is two visits, each with its reader's timeout")
    func twoReaders() {
        var bench = ReadEventBench(timeouts: [1000, 5000])
        bench.enter(on: 0, at: 0)
        bench.enter(on: 1, at: 0)
        bench.run(to: 10_000)
        #expect(
            bench.published.map { [$0.time, $0.event.reader, $0.event.kind.rawValue] } == [
                [0, 0, 0], [0, 1, 0], [1000, 0, 1], [5000, 1, 1],
            ])
    }

    @Test("what ends at the same time ends in the order of the readers, and on one in the order of the last reads")
    func order() {
        var bench = ReadEventBench(timeouts: [1000, 1500])
        for number in [3, 1] { bench.enter(.tid(number), on: 1, at: 0) }
        for number in [4, 2, 9] { bench.enter(.tid(number), on: 0, at: 500) }
        bench.see(.tid(4), on: 0, at: 500)
        _ = bench.take()
        bench.run(to: 1500)
        #expect(bench.published.map(\.time) == Array(repeating: 1500, count: 5))
        #expect(bench.published.map(\.event.tid.last) == [2, 9, 4, 3, 1])
    }

    // MARK: Single reads

    @Test("with a timeout of 0 each entry into the field of a polled reader is one read")
    func singleEntries() throws {
        var bench = ReadEventBench(timeouts: [0])
        bench.enter(at: 0)
        bench.see(at: 100)
        bench.see(at: 200)
        bench.enter(at: 5000)
        let events = bench.take().map(\.event)
        #expect(events.map(\.kind) == [.read, .read])
        #expect(events.map(\.firstRead) == [wall(0), wall(5000)] && events.map(\.lastRead) == events.map(\.firstRead))
        #expect(
            events[0].id != events[1].id && events.allSatisfy { !$0.isOngoing && $0.timeout == .zero && $0.duration == .zero })
        #expect(bench.rows.isEmpty, "nothing is left to close")
    }

    @Test("with a timeout of 0 each report of a reader that reports by itself is one read")
    func singleReports() {
        var bench = ReadEventBench([
            Policy.Source(
                id: "gate", kind: .reader(.hex), decides: false, readEventTimeout: .zero, countsEverySighting: true)
        ])
        bench.enter(at: 0)
        bench.see(at: 100)
        bench.see(at: 100)
        #expect(bench.published.map(\.event.kind) == [.read, .read, .read])
        #expect(Set(bench.published.map(\.event.id)).count == 3)
    }

    // MARK: Taps

    @Test("a reader that validates makes a tap of an entry and a read event of it; a sighting is never a tap")
    func taps() {
        let sources = [true, false].map {
            Policy.Source(id: "reader \($0)", kind: .reader(.hex), decides: $0, readEventTimeout: .milliseconds(500))
        }
        var bench = ReadEventBench(sources)
        bench.enter(TestBox.bytes("00065537"), on: 0, at: 0)
        #expect(bench.answers == 1 && bench.published.count == 1)
        bench.see(TestBox.bytes("00065537"), on: 0, at: 300)
        #expect(bench.answers == 1)
        bench.enter(TestBox.bytes("00065537"), on: 1, at: 300)
        #expect(bench.answers == 1 && bench.published.count == 2)
    }

    @Test("where nobody can subscribe nothing is followed")
    func off() {
        var bench = ReadEventBench(timeouts: [500], tracksReadEvents: false)
        bench.enter(at: 0)
        bench.see(at: 100)
        bench.run(to: 10_000)
        #expect(bench.published.isEmpty && bench.rows.isEmpty)
    }

    // MARK: The calendar

    @Test("a step of the calendar leaves the duration right")
    func calendarStep() throws {
        var bench = ReadEventBench(timeouts: [1000])
        bench.enter(at: 0)
        bench.see(at: 700)
        bench.systemClockError = 3_600_000
        bench.see(at: 900)
        bench.run(to: 5000)
        let end = try #require(bench.take().last?.event)
        #expect(end.firstRead == wall(0) && end.lastRead == wall(900))
        bench.enter(at: 6000)
        #expect(bench.take().last?.event.firstRead == wall(3_606_000))
    }

    // MARK: A reader that is away

    @Test("an outage is no departure: the whole timeout begins anew when the reader works again")
    func outage() throws {
        func benchAfterOutage() -> ReadEventBench {
            var bench = ReadEventBench(timeouts: [3000])
            bench.enter(at: 0)
            bench.set(isWorking: false, at: 1000)
            bench.run(to: 60_000)
            bench.set(isWorking: false, at: 60_000)
            bench.set(isWorking: true, at: 61_000)
            return bench
        }
        var bench = benchAfterOutage()
        #expect(bench.published.map(\.event.kind) == [.firstRead])
        #expect(bench.nextDeadline == 64_000)
        var stayed = benchAfterOutage()
        stayed.see(at: 61_500)
        stayed.run(to: 90_000)
        #expect(stayed.published.last?.time == 64_500 && stayed.published.last?.event.duration == .milliseconds(61_500))

        bench.set(isWorking: true, at: 62_000)
        #expect(bench.nextDeadline == 64_000, "it was working already")
        bench.run(to: 90_000)
        let end = try #require(bench.published.last)
        #expect(end.time == 64_000 && end.event.kind == .readTimeout)
        #expect(end.event.duration == .zero, "what was not read has not been read")
    }

    @Test("an outage of one reader does not hold up the others")
    func oneReaderAway() {
        var bench = ReadEventBench(timeouts: [1000, 1000])
        bench.enter(on: 0, at: 0)
        bench.enter(on: 1, at: 0)
        bench.set(isWorking: false, reader: 0, at: 10)
        bench.run(to: 20_000)
        #expect(bench.published.filter { $0.event.kind == .readTimeout }.map(\.event.reader) == [1])
    }

    @Test(
        "a reader that never comes back, or comes and goes for ever, keeps a visit open an hour longer", arguments: [false, true])
    func lostReader(flaps: Bool) {
        var bench = ReadEventBench(timeouts: [3000])
        bench.enter(at: 0)
        if flaps {
            for time in stride(from: 1000, through: 4_000_000, by: 4000) {
                bench.set(isWorking: false, at: time)
                bench.set(isWorking: true, at: time + 2000)
            }
        } else {
            bench.set(isWorking: false, at: 1000)
            bench.run(to: 4_000_000)
        }
        #expect(bench.published.map(\.time) == [0, 3_603_000])
    }

    @Test("what a reader reads although it counts as away keeps the visit open")
    func readWhileAway() {
        var bench = ReadEventBench(timeouts: [1000])
        bench.set(isWorking: false, at: 0)
        bench.enter(at: 10)
        bench.see(at: 5000)
        bench.run(to: 9000)
        #expect(bench.published.count == 1)
        bench.set(isWorking: true, at: 9000)
        bench.run(to: 20_000)
        #expect(bench.published.last?.time == 10_000 && bench.published.last?.event.lastRead == wall(5000))
    }

    // MARK: A restart

    @Test("closes what was open, with the same id and, after an orderly stop, the exact last read")
    func restart() throws {
        var bench = ReadEventBench(timeouts: [60_000])
        bench.enter(at: 0)
        for time in stride(from: 100, through: 4321, by: 1) { bench.see(at: time) }
        let first = try #require(bench.take().first?.event)
        bench.restart(isOrderly: true, at: 9000)
        let end = try #require(bench.take().first)
        #expect(end.isFromEarlierRun && end.time == 9000 && end.event.kind == .readTimeout && end.event.id == first.id)
        #expect(end.event.firstRead == wall(0) && end.event.lastRead == wall(4321))
        #expect(bench.rows.isEmpty)
        bench.enter(at: 9500)
        #expect(bench.take().map(\.event.kind) == [.firstRead], "the card is still there: a new visit")
        #expect(bench.rows.count == 1)
    }

    @Test("a killed program has forgotten ten seconds at most of a visit's last read")
    func killed() throws {
        var bench = ReadEventBench(timeouts: [60_000])
        bench.enter(at: 0)
        for time in stride(from: 100, through: 95_000, by: 100) { bench.see(at: time) }
        #expect((8...10).contains(bench.notedReads), "a write each ten seconds, not one a read: \(bench.notedReads)")
        bench.restart(isOrderly: false, at: 100_000)
        let end = try #require(bench.take().last)
        #expect(end.isFromEarlierRun)
        #expect((wall(85_000)...wall(95_000)).contains(end.event.lastRead))
    }

    @Test("closes with the timeout that the visit had, whatever the configuration says now")
    func changedTimeout() {
        var bench = ReadEventBench(timeouts: [60_000])
        bench.enter(at: 0)
        let sources = [Policy.Source(id: "reader 0", kind: .reader(.hex), decides: false, readEventTimeout: .zero)]
        bench.restart(isOrderly: true, at: 1000, with: sources)
        #expect(bench.published.last?.event.timeout == .milliseconds(60_000))
    }

    @Test("goes by the reader's id, not by its place; visits to a reader that is gone are dropped, which is said")
    func changedReaders() {
        var bench = ReadEventBench(timeouts: [60_000, 60_000])
        bench.enter(.tid(1), on: 0, at: 0)
        bench.enter(.tid(2), on: 1, at: 0)
        _ = bench.take()
        bench.restart(
            isOrderly: true, at: 1000,
            with: ["new", "reader 1"].map { Policy.Source(id: $0, kind: .reader(.hex), decides: false) }
                + [Policy.Source(id: "reader 0", kind: .scanner)])
        #expect(bench.published.map(\.event.reader) == [1] && bench.published.map(\.event.tid) == [.tid(2)])
        #expect(bench.rows.isEmpty)
        #expect(bench.notices.contains { $0.text.contains("no longer configured") })
    }
}
