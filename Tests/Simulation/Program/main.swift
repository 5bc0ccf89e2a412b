import Simulator

let started = ContinuousClock.now
var days = 0
for seed in UInt64(1)...25 {
    let simulation = try Simulation(name: "bus-\(seed)", seed: seed, days: 4)
    if let broken = simulation.run() { print(broken) }
    days += 4
    print(seed, simulation.steps, simulation.ledger.lights, simulation.cuts)
}
print("\(days) bus-days in \(ContinuousClock.now - started)")
