import Foundation
import Glibc
import Kernel
import ValidatorCore

/// The daemon as a process: from its start to the first light, its memory, its size.
struct ProcessBenchmark {
    private static let starts = 11

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        try [start(), memory(cards: 100_000, goal: 22), memory(cards: 1_000_000, goal: 32), size()]
    }

    /// A ticket lies in the scanner's FIFO when the daemon starts; its card is looked up among a million.
    private func start() throws -> Measurement {
        let stage = try Stage(folder: "\(folder)/start", cards: 1_000_000)
        var starts: [Double] = []
        for number in 0..<Self.starts {
            stage.drainLight()
            try stage.scanTicket(nonce: UInt32(number))
            let begin = Clocks.now().instant
            try stage.start(daemon: daemon)
            stage.waitForLight()
            starts.append(Double((Clocks.now().instant - begin).wholeMicroseconds) / 1000)
            stage.stop()
        }
        let path = "\(folder)/start/state/cards.db"
        let read = Double(try time { keep(try Data(contentsOf: URL(fileURLWithPath: path)).count) }.wholeMicroseconds) / 1000
        return Measurement(
            name: "start to first light, 1000000 cards: ms (probe: reading the snapshot)", measured: "\(median(starts).short) ms",
            probe: "\(read.short) ms", figure: median(starts), goal: .atMost(60))
    }

    private func memory(cards: Int, goal: Double) throws -> Measurement {
        let stage = try Stage(folder: "\(folder)/memory-\(cards)", cards: cards)
        let process = try stage.start(daemon: daemon)
        try stage.scanTicket(nonce: 1)
        stage.waitForLight()
        usleep(3_000_000)
        let fields = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        stage.stop()
        let megabytes = Double(Int(fields[1])! * sysconf(Int32(_SC_PAGESIZE))) / 1e6
        return Measurement(
            name: "daemon with \(cards) cards: resident MB", measured: "\(megabytes.short) MB", probe: "-", figure: megabytes,
            goal: .atMost(goal))
    }

    private func size() throws -> Measurement {
        let stripped = "\(folder)/stripped"
        let strip = try Process.run(URL(fileURLWithPath: "/usr/bin/strip"), arguments: ["-o", stripped, daemon])
        strip.waitUntilExit()
        let bytes = try FileManager.default.attributesOfItem(atPath: stripped)[.size] as? Int ?? 0
        return Measurement(
            name: "daemon, stripped, standard library within: MB", measured: "\(bytes) B", probe: "-",
            figure: Double(bytes) / 1e6, goal: .atMost(16))
    }
}
