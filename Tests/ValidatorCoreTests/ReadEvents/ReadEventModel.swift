import Base
import ReadEvents
import ValidatorCore

/// What read events must come of a box's life, by the definition: worked out from all reads and outages of a run at once, visit
/// by visit, where the tracker goes along with time. Times are in milliseconds.
struct ReadEventModel {
    struct Read {
        var time: Int
        var reader: SourceIndex
        var tid: [UInt8]
        var isEntry: Bool
        /// What the calendar shows, less what it should.
        var clockError = 0
    }

    /// From one start of the program to its end.
    struct Run {
        var start: Int
        var end: Int
        /// In the order of time.
        var reads: [Read] = []
        /// Per reader, in the order of time; one may last beyond the run.
        var outages: [[Range<Int>]]
    }

    struct Line {
        var time: Int
        var kind: ReadEvent.Kind
        /// Visits and single reads are numbered in the order of their beginning.
        var number: Int
        var tid: [UInt8]
        var reader: SourceIndex
        var first: Int
        var last: Int
        var isFromEarlierRun = false
        /// What of `last` even a killed program must have known, in a line of the model for an earlier run's visit.
        var surelyKnownLast: Int?

        var text: String {
            "\(time) \(kind) \(number) \(hexadecimal(tid)) \(reader) \(first) \(last)\(isFromEarlierRun ? " earlier" : "")"
        }
    }

    var timeouts: [Int]
    var countsEverySighting: [Bool]
    private static let readerOutage = 3_600_000
    private static let noteInterval = 10_000

    init(timeouts: [Int], countsEverySighting: [Bool]) {
        (self.timeouts, self.countsEverySighting) = (timeouts, countsEverySighting)
    }

    /// When a visit ends whose last read was at `last`.
    func end(last: Int, timeout: Int, outages: [Range<Int>]) -> Int {
        var unseenSince = last
        for outage in outages where outage.upperBound >= last {
            guard outage.lowerBound < unseenSince + timeout else { break }
            unseenSince = max(unseenSince, outage.upperBound)
        }
        return min(unseenSince == .max ? .max : unseenSince + timeout, last + timeout + Self.readerOutage)
    }

    private struct Visit {
        var first: Read
        var opening: Int
        var times: [Int]
        var lastOrder: Int
        var end: Int

        func line(number: Int) -> Line {
            let start = first.time + first.clockError
            return Line(
                time: end, kind: .readTimeout, number: number, tid: first.tid, reader: first.reader, first: start,
                last: start + times[times.count - 1] - first.time)
        }

        /// The next start closes it.
        func line(number: Int, killed: Int, start: Int) -> Line {
            var line = line(number: number)
            line.time = start
            line.isFromEarlierRun = true
            let known = times.last { $0 <= killed - ReadEventModel.noteInterval } ?? first.time
            line.surelyKnownLast = line.first + known - first.time
            return line
        }
    }

    /// Every event of some runs, in its order.
    func lines(_ runs: [Run]) -> [Line] {
        var lines: [Line] = []
        var number = 0
        for (index, run) in runs.enumerated() {
            var begun: [(order: Int, isVisit: Bool, read: Read)] = []
            var visits: [Visit] = []
            for (order, read) in run.reads.enumerated() where timeouts[read.reader] == 0 {
                if read.isEntry || countsEverySighting[read.reader] { begun.append((order, false, read)) }
            }
            let withVisits = run.reads.enumerated().filter { timeouts[$0.element.reader] > 0 }
            for reads in Dictionary(grouping: withVisits, by: { [UInt8($0.element.reader)] + $0.element.tid }).values {
                var visit: Visit?
                for (order, read) in reads {
                    if let open = visit, read.time >= open.end {
                        visits.append(open)
                        visit = nil
                    }
                    visit = visit ?? Visit(first: read, opening: order, times: [], lastOrder: order, end: 0)
                    visit?.times.append(read.time)
                    visit?.lastOrder = order
                    visit?.end = end(last: read.time, timeout: timeouts[read.reader], outages: run.outages[read.reader])
                }
                if let visit { visits.append(visit) }
            }
            begun += visits.map { ($0.opening, true, $0.first) }
            begun.sort { $0.order < $1.order }

            // What ends at the very time of a read has ended before it.
            var placed: [(place: [Int], line: Line)] = []
            var numbers: [Int: Int] = [:]
            for (order, isVisit, read) in begun {
                numbers[order] = number
                let time = read.time + read.clockError
                placed.append(
                    (
                        [read.time, 1, order],
                        Line(
                            time: read.time, kind: isVisit ? .firstRead : .read, number: number, tid: read.tid,
                            reader: read.reader, first: time, last: time)
                    ))
                number += 1
            }
            var left: [Line] = []
            for visit in visits {
                let number = numbers[visit.opening] ?? -1
                if visit.end <= run.end {
                    placed.append(
                        (
                            [visit.end, 0, visit.first.reader, visit.lastOrder],
                            visit.line(number: number)
                        ))
                } else if index + 1 < runs.count {
                    left.append(visit.line(number: number, killed: run.end, start: runs[index + 1].start))
                }
            }
            lines += placed.sorted { $0.place.lexicographicallyPrecedes($1.place) }.map(\.line)
            lines += left.sorted { ($0.last, $0.first, $0.number) < ($1.last, $1.first, $1.number) }
        }
        return lines
    }

    // MARK: What a real box says

    /// Hands a life to a real box. Reads come after what happens to their reader at the same time.
    /// - Parameter isOrderly: whether each run but the last ends in good order; else it is killed.
    func play(_ runs: [Run], isOrderly: [Bool]) -> [Line] {
        var bench = ReadEventBench(
            timeouts.indices.map {
                Policy.Source(
                    id: "reader \($0)", kind: .reader(.hex), decides: false, readEventTimeout: .milliseconds(timeouts[$0]),
                    countsEverySighting: countsEverySighting[$0])
            })
        for (index, run) in runs.enumerated() {
            if index > 0 { bench.restart(isOrderly: isOrderly[index - 1], at: run.start) }
            var changes: [(time: Int, reader: Int, isWorking: Bool)] = []
            for (reader, outages) in run.outages.enumerated() {
                for outage in outages {
                    changes.append((outage.lowerBound, reader, false))
                    if outage.upperBound <= run.end { changes.append((outage.upperBound, reader, true)) }
                }
            }
            changes.sort { $0.time < $1.time }
            var next = changes.startIndex
            func change(upTo time: Int, _ bench: inout ReadEventBench) {
                while next < changes.endIndex, changes[next].time <= time {
                    bench.set(isWorking: changes[next].isWorking, reader: changes[next].reader, at: changes[next].time)
                    next += 1
                }
            }
            for read in run.reads {
                change(upTo: read.time, &bench)
                bench.run(to: read.time)
                bench.systemClockError = read.clockError
                bench.handle(
                    read.isEntry ? .card(uid: read.tid, reader: read.reader) : .sighting(uid: read.tid, reader: read.reader))
            }
            change(upTo: run.end, &bench)
            bench.run(to: run.end)
        }
        return Self.lines(bench.published)
    }

    private static func lines(_ published: [ReadEventBench.Published]) -> [Line] {
        var numbers: [UniqueID: Int] = [:]
        let lines = published.map { published in
            let event = published.event
            let number = numbers[event.id] ?? numbers.count
            numbers[event.id] = number
            return Line(
                time: published.time, kind: event.kind, number: number, tid: event.tid, reader: event.reader,
                first: (event.firstRead - ReadEventBench.epoch).milliseconds,
                last: (event.lastRead - ReadEventBench.epoch).milliseconds, isFromEarlierRun: published.isFromEarlierRun)
        }
        // Visits that began and were last read in the same milliseconds are closed in the order of their random ids.
        var sorted: [Line] = []
        for batch in lines.split(whereSeparator: { !$0.isFromEarlierRun }) {
            sorted += batch.sorted { ($0.last, $0.first, $0.number) < ($1.last, $1.first, $1.number) }
        }
        var earlier = sorted.makeIterator()
        return lines.map { $0.isFromEarlierRun ? earlier.next() ?? $0 : $0 }
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(wholeMilliseconds) }
}
