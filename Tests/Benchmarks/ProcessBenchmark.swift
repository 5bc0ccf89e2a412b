import Base
import Foundation
import Glibc
import OperatingSystem

/// The daemon as a process: from its start to the first light, its memory, its size.
struct ProcessBenchmark {
    private static let starts = 11
    private static let taps = 20

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        try [start()] + memory(cards: 100_000, goal: 22) + memory(cards: 1_000_000, goal: 32) + [size()]
    }

    /// A ticket lies in the scanner's FIFO when the daemon starts; its card is looked up among a million.
    private func start() throws -> Measurement {
        let stage = try Stage(folder: "\(folder)/start", cards: 1_000_000)
        let path = "\(folder)/start/state/cards.db"
        var starts: [Double] = []
        var reads: [Double] = []
        for number in 0..<Self.starts {
            stage.drainLight()
            try stage.scanTicket(nonce: UInt32(number))
            let begin = Clocks.now().instant
            try stage.start(daemon: daemon)
            try stage.waitForLight()
            starts.append(Double((Clocks.now().instant - begin).wholeMicroseconds) / 1000)
            stage.stop()
            let read = try time { keep(try Data(contentsOf: URL(fileURLWithPath: path)).count) }
            reads.append(Double(read.wholeMicroseconds) / 1000)
        }
        return Measurement(
            name: "start to first light, 1000000 cards: ms (probe: reading the snapshot)", measured: "\(median(starts).short) ms",
            probe: "\(median(reads).short) ms", figure: median(starts), goal: .atMost(60))
    }

    private func memory(cards: Int, goal: Double) throws -> [Measurement] {
        let stage = try Stage(folder: "\(folder)/memory-\(cards)", cards: cards)
        let memory = Memory(of: try stage.start(daemon: daemon))
        defer { stage.stop() }
        try stage.scanTicket(nonce: 1)
        try stage.waitForLight()
        // The daemon has given its start's code back: what counts is what rides use.
        var rider = Rider(on: stage)
        for _ in 0..<Self.taps { _ = try rider.tap() }
        usleep(3_000_000)
        let (resident, anonymous) = (memory.resident.megabytes, memory.anonymous.megabytes)
        return [
            Measurement(
                name: "daemon with \(cards) cards: resident MB", measured: "\(resident.short) MB", probe: "-", figure: resident,
                goal: .atMost(goal)),
            Measurement(
                name: "daemon with \(cards) cards: of these not mapped from programs and libraries, MB",
                measured: "\(anonymous.short) MB", probe: "-", figure: anonymous, goal: .none),
        ]
    }

    private func size() throws -> Measurement {
        let stripped = "\(folder)/stripped"
        Workplace.wait(for: try Workplace.start("/usr/bin/strip", ["-o", stripped, daemon]))
        let bytes = try FileManager.default.attributesOfItem(atPath: stripped)[.size] as? Int ?? 0
        return Measurement(
            name: "daemon, stripped, standard library within: MB", measured: "\(bytes) B", probe: "-",
            figure: Double(bytes) / 1e6, goal: .atMost(16))
    }
}
