import Base
import Foundation
import Kernel

/// From the last byte of a UID on the reader's line to the light: the whole daemon, against a thread that only waits on an epoll,
/// appends 4 KiB, syncs and writes to a FIFO, turn about.
struct TapBenchmark {
    private static let taps = 2000
    private static let cards = 100_000
    /// They warm caches and the log.
    private static let firstTaps = 20

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        let stage = try Stage(folder: "\(folder)/tap", cards: Self.cards)
        let probe = try WakeProbe(folder: folder)
        try stage.start(daemon: daemon)
        defer { stage.stop() }
        var rider = Rider(on: stage)
        var taps = Samples()
        var probes = Samples()
        for number in 0..<Self.taps + Self.firstTaps {
            let tap = try rider.tap()
            let wake = probe.measure()
            guard number >= Self.firstTaps else { continue }
            taps.add(tap)
            probes.add(wake)
        }
        return [(0.5, "p50", Measurement.Goal.atMost(2.0)), (0.99, "p99", .none), (1, "max", .none)].map { quantile, name, goal in
            let tap = taps.percentile(quantile)
            let wake = probes.percentile(quantile)
            return Measurement(
                name: "last UID byte to light, \(name): against wake-up and sync", measured: "\(tap.short) us",
                probe: "\(wake.short) us", figure: tap / wake, goal: goal)
        }
    }
}
