import Base
import Testing
import ValidatorCore

@Suite("Read events of a crowd")
struct ReadEventBoundsTests {
    private func wall(_ milliseconds: Int) -> WallTime { ReadEventBench.epoch + .milliseconds(milliseconds) }

    @Test("10,000 cards at one reader: each visit is told once and ends to the millisecond, a turn of the loop stays short")
    func crowd() {
        var bench = ReadEventBench(timeouts: [60_000])
        for number in 0..<10_000 { bench.enter(.tid(number), at: number / 10) }
        for round in 1...2 {
            for number in 0..<10_000 { bench.see(.tid(number &* 7919 % 10_000), at: round * 10_000 + number / 5) }
        }
        let begun = bench.take()
        #expect(begun.count == 10_000 && begun.allSatisfy { $0.event.kind == .firstRead })
        bench.run(to: 200_000)
        let ended = bench.take()
        #expect(ended.count == 10_000)
        for (place, end) in ended.enumerated() {
            let number = place &* 7919 % 10_000
            guard end.time == 80_000 + place / 5, end.event.tid == .tid(number),
                end.event.lastRead == wall(20_000 + place / 5), end.event.firstRead == wall(number / 10)
            else {
                Issue.record("visit \(place): \(end)")
                return
            }
        }
        #expect(bench.rows.isEmpty)
    }

    @Test("a crowd that goes at once, and one that a restart finds, is closed in slices, all at the same moment")
    func slices() {
        func begin() -> (bench: ReadEventBench, begun: Set<UniqueID>) {
            var bench = ReadEventBench(timeouts: [60_000])
            for number in 0..<10_000 { bench.enter(.tid(number), at: 0) }
            let begun = Set(bench.take().map(\.event.id))
            return (bench, begun)
        }
        let (crowd, begun) = begin()
        var bench = crowd
        bench.run(to: 60_000)
        #expect(bench.published.count == 10_000 && bench.published.allSatisfy { $0.time == 60_000 })
        #expect(Set(bench.published.map(\.event.id)) == begun)
        let (another, begunBefore) = begin()
        var restarted = another
        restarted.restart(isOrderly: false, at: 5000)
        #expect(restarted.published.count == 10_000 && restarted.published.allSatisfy { $0.isFromEarlierRun && $0.time == 5000 })
        #expect(Set(restarted.published.map(\.event.id)) == begunBefore)
        #expect(bench.rows.isEmpty && bench.greatestTurn <= Limits.readEventsPerTurn)
        #expect(restarted.rows.isEmpty && restarted.greatestTurn <= Limits.readEventsPerTurn)
    }

    @Test("cards that come while a restart still closes get rows of their own")
    func rowsOfRestart() {
        var bench = ReadEventBench(timeouts: [60_000])
        for number in 0..<500 { bench.enter(.tid(number), at: 0) }
        bench.restart(isOrderly: false, at: 1000, drains: false)
        let before = bench.rows
        bench.handle(.card(uid: .tid(9999), reader: 0))
        #expect(
            before.allSatisfy { row, reading in
                bench.rows[row] == reading || bench.published.contains { $0.event.id == reading.id && $0.isFromEarlierRun }
            })
        bench.run(to: 1001)
        #expect(bench.rows.values.map(\.tid) == [.tid(9999)])
    }

    @Test("last reads of a crowd are written a few at a time, lest they wear the flash disk out")
    func wear() {
        var bench = ReadEventBench(timeouts: [3_000_000])
        for number in 0..<3000 { bench.enter(.tid(number), at: 0) }
        for second in 1...60 {
            for number in stride(from: second % 5, to: 3000, by: 5) { bench.see(.tid(number), at: second * 1000) }
        }
        #expect(bench.greatestNote <= Limits.notedReadings)
        #expect((5500...6400).contains(bench.notedReads), "50 s at 128 a second: \(bench.notedReads)")
        for (_, reading) in bench.rows { #expect(reading.lastRead > wall(0)) }
    }

    @Test("more cards than can be followed: the visit of the one unseen longest ends early, which is said once")
    func tooMany() {
        var bench = ReadEventBench(timeouts: [3_000_000, 3_000_000])
        for number in 0..<Limits.ongoingReadings { bench.enter(.tid(number), on: number % 2, at: number) }
        bench.see(.tid(0), on: 0, at: Limits.ongoingReadings)
        _ = bench.take()
        for number in 0..<3 { bench.enter(.tid(100_000 + number), on: 0, at: Limits.ongoingReadings) }
        #expect(
            bench.published.map(\.event.kind) == [.readTimeout, .firstRead, .readTimeout, .firstRead, .readTimeout, .firstRead])
        #expect(bench.published.filter { $0.event.kind == .readTimeout }.map(\.event.tid) == [.tid(1), .tid(2), .tid(3)])
        #expect(bench.rows.count == Limits.ongoingReadings && bench.rows.keys.allSatisfy { $0 < Limits.ongoingReadings })
        #expect(bench.notices.count { $0.text.contains("closed early") } == 1)
    }
}
