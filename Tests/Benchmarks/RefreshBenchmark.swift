import Base
import Foundation
import OperatingSystem

/// Taps while the daemon fetches, builds and adopts another list of a million cards, against taps while it does not; and what
/// memory the refresh takes beside the list in force.
struct RefreshBenchmark {
    private static let rounds = 10
    private static let cards = 1_000_000
    private static let idleTaps = 100
    private static let patience = Duration.seconds(120)

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        let server = try PlatformServer(list: CardListText(cards: Self.cards))
        defer { server.stop() }
        let stage = try Stage(folder: "\(folder)/refresh", cards: Self.cards, platform: server.url)
        let memory = Memory(of: try stage.start(daemon: daemon))
        defer { stage.stop() }
        var rider = Rider(on: stage)
        for _ in 0..<20 { _ = try rider.tap() }
        var idle = Samples()
        var busy = Samples()
        var seconds: [Double] = []
        var extra: [Double] = []
        for round in 0..<Self.rounds {
            for _ in 0..<Self.idleTaps { idle.add(try rider.tap()) }
            let resident = memory.resident
            try memory.forgetPeak()
            seconds.append(try refresh(to: "\(round + 2)", server, stage, &rider, &busy))
            extra.append((memory.peakResident - resident).megabytes)
        }
        let name = "taps while \(Self.cards) cards are refreshed"
        let (p99, idleP99) = (busy.percentile(0.99), idle.percentile(0.99))
        return [
            Measurement(
                name: "\(name), p99: against idle", measured: "\(p99.short) us of \(busy.nanoseconds.count)",
                probe: "\(idleP99.short) us of \(idle.nanoseconds.count)", figure: p99 / idleP99, goal: .atMost(1.5)),
            Measurement(
                name: "\(name), max: ms", measured: "\(busy.maximum.short) us", probe: "\(idle.maximum.short) us",
                figure: busy.maximum / 1000, goal: .atMost(100)),
            Measurement(
                name: "refresh, from request to snapshot: seconds", measured: "\(median(seconds).short) s", probe: "-",
                figure: median(seconds), goal: .none),
            Measurement(
                name: "refresh: peak memory over the list in force, MB", measured: "\((extra.max() ?? 0).short) MB",
                probe: "\(median(extra).short) MB in the middle", figure: extra.max() ?? 0, goal: .atMost(40)),
        ]
    }

    /// Taps until the list of another version is in force; those from its request to its snapshot go to `busy`.
    private func refresh(
        to version: String, _ server: PlatformServer, _ stage: Stage, _ rider: inout Rider, _ busy: inout Samples
    ) throws -> Double {
        let path = "\(stage.folder)/state/cards.db"
        let begin = Clocks.now().instant
        let before = (lists: server.listCount, file: Self.number(of: path))
        var requested: Instant?
        var taken: Duration?
        server.name(version: version)
        while server.heldVersion != version {
            guard Clocks.now().instant - begin < Self.patience else { throw BenchmarkError("list \(version) is not adopted") }
            if requested == nil, server.listCount > before.lists { requested = Clocks.now().instant }
            let tap = try rider.tap()
            guard let requested, taken == nil else { continue }
            busy.add(tap)
            if Self.number(of: path) != before.file { taken = Clocks.now().instant - requested }
        }
        return Double((taken ?? .zero).wholeMilliseconds) / 1000
    }

    /// A new generation is a new file.
    private static func number(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]) as? Int
    }
}
