import Foundation
import Kernel
import ValidatorCore

/// Emptying the outbox: the daemon against libcurl alone, which posts the same bodies to the same server over as many
/// connections, with and without a round trip, which every real link has; and a day without a link, at a mobile network's round trip, while riders go on tapping.
struct DrainBenchmark {
    private static let rounds = 3
    private static let taps = 2500
    private static let roundTrip = Duration.milliseconds(20)
    private static let dayRoundTrip = Duration.milliseconds(100)
    private static let dayTaps = 5000
    /// One each 5 s, thinned to an hour of them and then one each 30 s (docs/platform-api.md).
    private static let dayPositions = 720 + (86_400 - 3600) / 30
    private static let patience = Duration.seconds(240)

    let folder: String
    let daemon: String

    func run() throws -> [Measurement] {
        try [rate(roundTrip: Self.roundTrip, goal: .atLeast(0.9)), rate(roundTrip: .zero, goal: .none)] + day()
    }

    private func rate(roundTrip: Duration, goal: Measurement.Goal) throws -> Measurement {
        var drained: [Double] = []
        var posted: [Double] = []
        let uploads = 2 * Self.taps
        for round in 0..<Self.rounds {
            let server = try PlatformServer()
            defer { server.stop() }
            server.delay(roundTrip)
            let stage = try Stage(
                folder: "\(folder)/drain-\(roundTrip.wholeMilliseconds)-\(round)", cards: 1000,
                backlog: Backlog(taps: Self.taps), platform: server.url)
            try stage.start(daemon: daemon)
            try wait(for: uploads, at: server)
            stage.stop()
            let arrivals = server.arrivals
            drained.append(Self.rate(of: arrivals))
            server.forgetArrivals()
            try PlainCurl(connections: server.mostConnections).post(arrivals.map(\.request), to: server.url)
            posted.append(Self.rate(of: server.arrivals))
        }
        return Measurement(
            name: "draining \(uploads) uploads at \(roundTrip.wholeMilliseconds) ms: against plain libcurl",
            measured: "\(median(drained).short)/s", probe: "\(median(posted).short)/s",
            figure: median(zip(drained, posted).map { $0 / $1 }), goal: goal)
    }

    private func day() throws -> [Measurement] {
        let server = try PlatformServer()
        defer { server.stop() }
        server.delay(Self.dayRoundTrip)
        let stage = try Stage(
            folder: "\(folder)/day", cards: 100_000, backlog: Backlog(taps: Self.dayTaps, positions: Self.dayPositions),
            platform: server.url)
        try stage.start(daemon: daemon)
        defer { stage.stop() }
        let backlog = 2 * Self.dayTaps + Self.dayPositions
        // Not among those of the backlog.
        var rider = Rider(on: stage, from: Self.dayTaps)
        var taps: [(card: CardNumber, at: Instant)] = []
        let begin = Clocks.now().instant
        while server.arrivalCount < backlog + 2 * taps.count {
            guard Clocks.now().instant - begin < Self.patience else { throw BenchmarkError("the outbox does not drain") }
            // What was tapped last may be on its way.
            if server.arrivalCount < backlog {
                _ = try rider.tap()
                if let card = rider.card { taps.append((card, Clocks.now().instant)) }
            }
            rider.rest(.milliseconds(500))
        }
        let (live, late) = Self.split(server.arrivals, live: Set(taps.map { $0.card.description }))
        let seconds = Self.seconds(of: late)
        let waits = Samples(taps.flatMap { tap in (live[tap.card.description] ?? []).map { $0 - tap.at } })
        let name = "a day offline (\(late.count) uploads) at \(Self.dayRoundTrip.wholeMilliseconds) ms"
        return [
            Measurement(
                name: "\(name): seconds", measured: "\(seconds.short) s", probe: "-", figure: seconds, goal: .atMost(120)),
            Measurement(
                name: "meanwhile, from a tap's light to its upload's arrival, max: ms", measured: "\(waits.maximum.short) us",
                probe: "-", figure: waits.maximum / 1000, goal: .atMost(1000)),
            Measurement(
                name: "the same, p50: ms", measured: "\(waits.percentile(0.5).short) us", probe: "-",
                figure: waits.percentile(0.5) / 1000, goal: .none),
        ]
    }

    private func wait(for uploads: Int, at server: PlatformServer) throws {
        let begin = Clocks.now().instant
        while server.arrivalCount < uploads {
            guard Clocks.now().instant - begin < Self.patience else { throw BenchmarkError("the outbox does not drain") }
            usleep(20_000)
        }
    }

    /// The arrivals of each live card's uploads, and all others.
    private static func split(
        _ arrivals: [PlatformServer.Arrival], live: Set<String>
    ) -> ([String: [Instant]], [PlatformServer.Arrival]) {
        var found: [String: [Instant]] = [:]
        var others: [PlatformServer.Arrival] = []
        for arrival in arrivals {
            if let card = arrival.request.card, live.contains(card) {
                found[card, default: []].append(arrival.at)
            } else {
                others.append(arrival)
            }
        }
        return (found, others)
    }

    private static func rate(of arrivals: [PlatformServer.Arrival]) -> Double {
        Double(arrivals.count - 1) / seconds(of: arrivals)
    }

    private static func seconds(of arrivals: [PlatformServer.Arrival]) -> Double {
        let instants = arrivals.map(\.at)
        guard let first = instants.min(), let last = instants.max() else { return .nan }
        return Double((last - first).wholeMicroseconds) / 1e6
    }
}
