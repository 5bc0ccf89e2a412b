import Foundation
import Simulator
import Synchronization

// Plays buses of some days each against faults, several at once, and tells of every promise that breaks:
//   validator-simulate days=1000 seed=1 [only=1-5,9] [sabotage=name] [jobs=2]
// days: bus-days in all; seed: of the first bus, and of the only one where days is not given; only: what happens, by number.

/// A night or a ticket's lifetime is seen, and a failing bus is still soon run again.
let daysOfBus = 4

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("validator-simulate: \(text)\n".utf8))
    exit(2)
}

func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

var options: [String: String] = [:]
for argument in CommandLine.arguments.dropFirst() {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["days", "seed", "only", "sabotage", "jobs"].contains(parts[0]) else {
        fail("\(argument): say days=1000, seed=1, only=1-5,9, sabotage=name, or jobs=2")
    }
    options[parts[0]] = parts[1]
}
@MainActor func number(_ name: String) -> Int? {
    guard let text = options[name] else { return nil }
    guard let value = Int(text), value > 0 else { fail("\(name)=\(text): must be a number from 1 on") }
    return value
}
let keep = options["only"].map { text in NumberRanges.numbers(text) ?? { fail("only=\(text): such as 1-5,9") }() }
let sabotage = options["sabotage"].map { name in Sabotage(rawValue: name) ?? { fail("sabotage=\(name): there is none") }() }
let firstSeed = UInt64(number("seed") ?? 1)
let busCount = number("days").map { ($0 + daysOfBus - 1) / daysOfBus } ?? (options["seed"] == nil ? 250 : 1)

struct Progress {
    var next = 0
    var isDone = 0
    var lights = 0
    var broken: [BrokenPromise] = []
}

func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

let progress = Mutex(Progress())
let began = processorSeconds()
func rate(_ buses: Int) -> String {
    let seconds = max(0.001, processorSeconds() - began)
    return "\(buses * daysOfBus) bus-days, \(String(format: "%.1f", Double(buses * daysOfBus) / seconds)) a processor second"
}

DispatchQueue.concurrentPerform(iterations: number("jobs") ?? ProcessInfo.processInfo.activeProcessorCount) { _ in
    while case let index = progress.withLock({ state in
        state.next += 1
        return state.next - 1
    }), index < busCount {
        let seed = firstSeed + UInt64(index)
        do {
            let simulation = try Simulation(name: "bus-\(seed)", seed: seed, days: daysOfBus, sabotage: sabotage, keep: keep)
            let broken = simulation.run()
            let lights = simulation.ledger.lights
            progress.withLock { state in
                state.isDone += 1
                state.lights += lights
                if let broken {
                    state.broken.append(broken)
                    say("SEED=\(seed): broken: \(broken.promise.rawValue): \(broken.detail)")
                }
                if state.isDone % 50 == 0 { say(rate(state.isDone)) }
            }
        } catch {
            fail("seed \(seed): \(error)")
        }
    }
}

let result = progress.withLock { $0 }
say("\(rate(result.isDone)), \(result.lights) riders saw a light, \(result.broken.count) buses broke a promise")

// One bus of each kind of failure, with as little as it needs.
var told: Set<String> = []
for broken in result.broken.sorted(by: { $0.seed < $1.seed })
where told.count < 3 && told.insert(broken.promise.rawValue).inserted {
    say("\nshrinking SEED=\(broken.seed) …")
    var shrinker = Shrinker(name: "shrink-\(broken.seed)", seed: broken.seed, days: daysOfBus, sabotage: sabotage)
    guard let least = try shrinker.shrink(keep: keep) else { continue }
    say(
        """
        \(least.broken)
        The fewest of \(least.plannedCount) happenings that still break it (\(least.runs) runs), beside the course of the days:
        \(least.words)
        Again: make simulate SEED=\(broken.seed) ONLY=\(least.keep)
        """)
}
exit(result.broken.isEmpty ? 0 : 1)
