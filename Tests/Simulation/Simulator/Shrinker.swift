import Base

/// Leaves out of a bus's plan whatever the same promise breaks without: delta debugging, as Zeller and Hildebrandt describe it.
package struct Shrinker {
    package struct Result {
        package var broken: BrokenPromise
        /// What is left, in its order, but for the course of the days.
        package var happenings: [Plan.Entry]
        /// What there was.
        package var plannedCount: Int
        package var runs: Int

        package var keep: String { NumberRanges.text(happenings.map(\.number)) }

        /// In words, a happening a line.
        package var words: String {
            happenings.map { "  \($0.number): \(TrueTime.text($0.due)) \($0.happening)" }.joined(separator: "\n")
        }
    }

    private let seed: UInt64
    private let days: Int
    private let sabotage: Sabotage?
    private let name: String
    private let maximumRuns: Int
    private var runs = 0

    /// - Parameters:
    ///   - name: unique among the simulations of the process.
    ///   - maximumRuns: after so many it gives what it has.
    package init(name: String, seed: UInt64, days: Int, sabotage: Sabotage? = nil, maximumRuns: Int = 2000) {
        (self.name, self.seed, self.days, self.sabotage, self.maximumRuns) = (name, seed, days, sabotage, maximumRuns)
    }

    /// Nil when the bus breaks no promise.
    package mutating func shrink(keep: Set<Int>? = nil) throws -> Result? {
        let first = try Simulation(name: name, seed: seed, days: days, sabotage: sabotage, keep: keep)
        guard var broken = first.run() else { return nil }
        var happenings = first.plan.filter { !$0.isCourse && $0.due <= broken.time }
        let plannedCount = first.plan.count
        var parts = 2
        while runs < maximumRuns, !happenings.isEmpty {
            let size = max(1, (happenings.count + parts - 1) / parts)
            var wasCut = false
            // The last first: what happened early is less often to blame.
            var end = happenings.count
            while end > 0, runs < maximumRuns {
                let start = max(0, end - size)
                let rest = Array(happenings[..<start] + happenings[end...])
                if let again = try run(rest), again.promise == broken.promise {
                    broken = again
                    happenings = rest.filter { $0.due <= again.time }
                    wasCut = true
                }
                end = min(start, happenings.count)
            }
            if size == 1, !wasCut { break }
            parts = wasCut ? max(2, min(parts, happenings.count)) : min(happenings.count, parts * 2)
        }
        return Result(broken: broken, happenings: happenings, plannedCount: plannedCount, runs: runs)
    }

    private mutating func run(_ happenings: [Plan.Entry]) throws -> BrokenPromise? {
        runs += 1
        let keep = Set(happenings.map(\.number))
        return try Simulation(name: name, seed: seed, days: days, sabotage: sabotage, keep: keep).run()
    }
}

/// Numbers as people write them: `1-5,9`.
package enum NumberRanges {
    /// - Parameter numbers: in their order.
    package static func text(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// Nil when it is nothing of that kind.
    package static func numbers(_ text: some StringProtocol) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, ends.count <= 2 else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers
    }
}
