import Base
import Foundation
import OperatingSystem

/// Whether the daemon's memory stays what it is: a long day's taps, each with its two uploads, while the platform is away half of
/// the time, by turns without a word and with its connections closed. What is bounded is full before the first look.
struct SoakBenchmark {
    private static let taps = 200_000
    /// From one look at the memory to the next.
    private static let tapsBetween = 10_000
    private static let cards = 100_000
    /// From the first answer until the reader is listened to: what is said when its port is opened counts as half a line.
    private static let settlingTime = Duration.seconds(1)

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        let server = try PlatformServer()
        defer { server.stop() }
        let stage = try Stage(folder: "\(folder)/soak", cards: Self.cards, platform: server.url, reader: .asciiLine)
        let memory = Memory(of: try stage.start(daemon: daemon))
        defer { stage.stop() }
        try stage.scanTicket(nonce: 1)
        try stage.waitForLight()
        usleep(UInt32(Self.settlingTime.wholeMicroseconds))
        stage.drainLight()
        var crowd = Crowd(on: stage)
        var samples: [Double] = []
        let begin = Clocks.now().instant
        while crowd.answered < Self.taps {
            for outage in [PlatformServer.Condition.silent, .closing] {
                server.set(outage)
                try crowd.tap(until: crowd.answered + Self.tapsBetween / 4)
                server.set(.working)
                try crowd.tap(until: crowd.answered + Self.tapsBetween / 4)
            }
            server.forgetArrivals()
            samples.append(memory.resident.megabytes)
        }
        let seconds = (Clocks.now().instant - begin).wholeSeconds
        let first = samples[0]
        let drift = samples.map { $0 - first }.max { $0.magnitude < $1.magnitude } ?? 0
        return [
            Measurement(
                name:
                    "soak, \(Self.taps) taps in \(seconds) s: resident memory from the \(Self.tapsBetween)th on, MB away from then",
                measured: "\(samples.map(\.short).joined(separator: " ")) MB", probe: "\(first.short) MB",
                figure: drift.magnitude,
                goal: .atMost(1))
        ]
    }
}
