import Base
import OperatingSystem

/// One claim: what was measured, against what, in the same run.
struct Measurement {
    var name: String
    /// With its unit, for people.
    var measured: String
    var probe: String
    /// What the goal is about: a ratio, or a figure of its own.
    var figure: Double
    var goal: Goal

    enum Goal {
        case atMost(Double)
        case atLeast(Double)
        /// Given for information.
        case none
    }

    var isMet: Bool {
        switch goal {
        case .atMost(let bound): figure <= bound
        case .atLeast(let bound): figure >= bound
        case .none: true
        }
    }

    var row: [String] {
        let verdict = isMet ? "ok" : "MISSED"
        let judgement =
            switch goal {
            case .atMost(let bound): ["<= \(bound.short)", verdict]
            case .atLeast(let bound): [">= \(bound.short)", verdict]
            case .none: ["-", "-"]
            }
        return [name, measured, probe, figure.short] + judgement
    }
}

extension Double {
    /// Three significant digits or so.
    var short: String {
        let scale = magnitude >= 100 ? 1.0 : magnitude >= 10 ? 10.0 : 100.0
        let rounded = (self * scale).rounded() / scale
        return rounded == rounded.rounded() && magnitude >= 100 ? String(Int(rounded)) : String(rounded)
    }
}

/// Durations of many runs of the same thing, sorted on demand.
struct Samples {
    private(set) var nanoseconds: [Int64]

    init(_ durations: [Duration] = []) { nanoseconds = durations.map(\.wholeNanoseconds) }

    mutating func add(_ duration: Duration) { nanoseconds.append(duration.wholeNanoseconds) }

    /// In microseconds.
    func percentile(_ quantile: Double) -> Double {
        let sorted = nanoseconds.sorted()
        guard !sorted.isEmpty else { return .nan }
        return Double(sorted[min(sorted.count - 1, Int(quantile * Double(sorted.count)))]) / 1000
    }

    var maximum: Double { percentile(1) }
}

func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
}

/// How long `work` takes.
func time(_ work: () throws -> Void) rethrows -> Duration {
    let start = Clocks.now().instant
    try work()
    return Clocks.now().instant - start
}

/// Keeps the optimiser from dropping a result that nobody needs.
@inline(never) func keep(_ value: some Any) {}
