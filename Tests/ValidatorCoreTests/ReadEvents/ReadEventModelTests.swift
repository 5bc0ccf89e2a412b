import Base
import Cryptography
import ReadEvents
import Testing

@Suite("Read events of whole lives")
struct ReadEventModelTests {
    private typealias Read = ReadEventModel.Read
    private typealias Run = ReadEventModel.Run
    private typealias Line = ReadEventModel.Line

    @Test(
        "are what the definition says: random reads, outages, steps of the calendar, stops and kills",
        arguments: 1...60 as ClosedRange<UInt64>)
    func randomLives(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = ReadEventModel(
            timeouts: [[50, 400, 3000].randomElement(using: &random)!, [50, 1000].randomElement(using: &random)!, 0],
            countsEverySighting: [Bool.random(using: &random), true, Bool.random(using: &random)])
        var runs: [Run] = []
        var isOrderly: [Bool] = []
        var time = 0
        for _ in 0..<4 {
            runs.append(randomRun(from: time, using: &random))
            isOrderly.append(Bool.random(using: &random))
            time = runs[runs.count - 1].end + Int.random(in: 0...5000, using: &random)
        }
        let expected = model.lines(runs)
        var found = model.play(runs, isOrderly: isOrderly)
        #expect(expected.count > 100)
        allowForKills(&found, expected)
        // What a kill left open is closed in the order of what was known.
        #expect(sortedByVisit(found).map(\.text) == sortedByVisit(expected).map(\.text))
    }

    private func randomRun(from start: Int, using random: inout SeededGenerator) -> Run {
        var run = Run(start: start, end: start, outages: [[], [], []])
        var time = start
        var clockError = 0
        var awaySince: [Int?] = [nil, nil, nil]
        for _ in 0..<300 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60: time += Int.random(in: 0...60, using: &random)
            case 60..<99: time += Int.random(in: 0...1500, using: &random)
            default: time += Int.random(in: 0...5_000_000, using: &random)
            }
            let reader = Int.random(in: 0...2, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                if let since = awaySince[reader] {
                    run.outages[reader].append(since..<time)
                    awaySince[reader] = nil
                } else {
                    awaySince[reader] = time
                }
            case 1: clockError = Int.random(in: -100_000...100_000, using: &random)
            default:
                run.reads.append(
                    Read(
                        time: time, reader: reader, tid: .tid(Int.random(in: 0..<5, using: &random)),
                        isEntry: Bool.random(using: &random), clockError: clockError))
            }
        }
        run.end = time + Int.random(in: 0...2000, using: &random)
        for reader in 0...2 { if let since = awaySince[reader] { run.outages[reader].append(since..<Int.max) } }
        return run
    }

    /// A last read that a kill has made older, by as much as it may, counts as right.
    private func allowForKills(_ found: inout [Line], _ expected: [Line]) {
        let closings = Dictionary(expected.filter(\.isFromEarlierRun).map { ($0.number, $0) }) { $1 }
        for index in found.indices where found[index].isFromEarlierRun {
            guard let closing = closings[found[index].number], let known = closing.surelyKnownLast else { continue }
            if (known...closing.last).contains(found[index].last) { found[index].last = closing.last }
        }
    }

    private func sortedByVisit(_ lines: [Line]) -> [Line] {
        var batches: [Line] = []
        var earlier: [Line] = []
        func flush() {
            batches += earlier.sorted { $0.number < $1.number }
            earlier = []
        }
        for line in lines {
            if line.isFromEarlierRun { earlier.append(line) } else { flush(); batches.append(line) }
        }
        flush()
        return batches
    }

    // MARK: A day

    /// Doors and a yard: two readers that validate, a gate, a yard's reader, one of each kind without visits.
    private static let day = ReadEventModel(
        timeouts: [3000, 3000, 10_000, 300_000, 0, 0], countsEverySighting: [false, false, true, true, false, true])
    private static let milliseconds = 86_400_000

    @Test("24 hours of a fleet's tags, with outages and a restart, give the exact expected sequence")
    func wholeDay() {
        let runs = Self.fleet(seed: 20_230_119)
        let expected = Self.day.lines(runs)
        let found = Self.day.play(runs, isOrderly: [true])
        #expect(found.count == expected.count)
        if let (index, pair) = zip(found, expected).enumerated().first(where: { $1.0.text != $1.1.text }) {
            Issue.record("line \(index): \(pair.0.text), expected \(pair.1.text)")
        }
        // What a day was when this was written, by both.
        let reads = runs.reduce(0) { $0 + $1.reads.count }
        #expect(reads == 78_642)
        let counts = ReadEvent.Kind.allInOrder.map { kind in found.count { $0.kind == kind } }
        #expect(counts == [5219, 5208, 2949])
        #expect(found.count(where: \.isFromEarlierRun) == 9)
        let text = found.map(\.text).joined(separator: "\n")
        let digest = Libcrypto().authenticationCode(key: Array("read events".utf8), message: Array(text.utf8))
        #expect(hexadecimal(digest) == "3e816f2dd022793cc73d1fb038c8e29a6f4117c8b50c7123a137837b84fa0bfc")
    }

    /// Tags come and go all day; a reader sees each of them again and again, seldom evenly.
    private static func fleet(seed: UInt64) -> [Run] {
        var random = SeededGenerator(seed: seed)
        let restart = 50_400_000..<50_440_000
        var outages = day.timeouts.map { _ in randomOutages(using: &random) }
        var reads: [Read] = []
        for (reader, visits, pause, count) in [
            (0, 1200, 100...400, 2...30), (1, 1200, 100...400, 2...30), (2, 1500, 200...4000, 3...40),
            (3, 300, 5000...90_000, 5...80), (4, 300, 100...900, 1...4), (5, 300, 100...900, 1...20),
        ] {
            for _ in 0..<visits {
                var time = Int.random(in: 0..<milliseconds, using: &random)
                let tid: [UInt8] = .tid(Int.random(in: 0..<400, using: &random))
                for number in 0..<Int.random(in: count, using: &random) {
                    let isAway = outages[reader].contains { $0.contains(time) }
                    if !isAway, time < milliseconds {
                        reads.append(Read(time: time, reader: reader, tid: tid, isEntry: number == 0))
                    }
                    // Now and then a tag is turned away, for about as long as its reader's patience.
                    let isLate = Int.random(in: 0..<25, using: &random) == 0
                    time +=
                        isLate
                        ? day.timeouts[reader] + Int.random(in: -50...50, using: &random) : Int.random(in: pause, using: &random)
                }
            }
        }
        // Stable, so that the order of reads of one millisecond is the fleet's.
        reads = reads.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        let morning = Run(
            start: 0, end: restart.lowerBound, reads: reads.filter { $0.time <= restart.lowerBound },
            outages: outages.map { $0.filter { $0.lowerBound <= restart.lowerBound } })
        for reader in outages.indices { outages[reader].removeAll { $0.lowerBound < restart.upperBound } }
        let evening = Run(
            start: restart.upperBound, end: milliseconds, reads: reads.filter { $0.time >= restart.upperBound }, outages: outages)
        return [morning, evening]
    }

    /// Mostly a loose plug, at times a dead reader.
    private static func randomOutages(using random: inout SeededGenerator) -> [Range<Int>] {
        var outages: [Range<Int>] = []
        var time = 0
        while true {
            time += Int.random(in: 60_000...10_000_000, using: &random)
            let isLong = Int.random(in: 0..<8, using: &random) == 0
            let end = time + Int.random(in: isLong ? 600_000...9_000_000 : 300...60_000, using: &random)
            guard end < milliseconds else { return outages }
            outages.append(time..<end)
            time = end
        }
    }
}

extension ReadEvent.Kind {
    fileprivate static let allInOrder: [ReadEvent.Kind] = [.firstRead, .readTimeout, .read]
}
