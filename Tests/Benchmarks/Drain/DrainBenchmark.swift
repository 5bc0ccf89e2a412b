import Base
import Fares
import Foundation
import Glibc
import OperatingSystem
import ValidatorCore

/// Emptying the outbox: the daemon against libcurl alone, which posts the same bodies to the same server, as many at once, with
/// and without a round trip, which every real link has; and a day without a link, at a mobile network's round trip, while riders
/// go on tapping.
struct DrainBenchmark {
    private static let rounds = 3
    private static let taps = 2500
    /// As many as the daemon has under way: of its places one stays free for a live tap.
    private static let uploadsAtOnce = Stage.concurrency * Limits.drainFactor - 1
    private static let roundTrip = Duration.milliseconds(20)
    private static let dayRoundTrip = Duration.milliseconds(100)
    private static let dayTaps = 5000
    /// One each 5 s, thinned to an hour of them and then one each 30 s (docs/platform-api.md).
    private static let dayPositions = 720 + (86_400 - 3600) / 30
    private static let patience = Duration.seconds(240)

    let folder: String
    let daemon: String

    /// All uploads of a round.
    private struct Run {
        /// A second.
        var rate: Double
        /// Of one, in microseconds, without the server's.
        var processorTime: Double
    }

    func run() throws -> [Measurement] {
        let linked = try rounds(roundTrip: Self.roundTrip)
        let bare = try rounds(roundTrip: .zero)
        let name = "draining \(2 * Self.taps) uploads"
        return try [
            Self.rate("\(name) at \(Self.roundTrip.wholeMilliseconds) ms: against plain libcurl", linked, goal: .atLeast(0.9)),
            Self.rate("\(name) without a round trip: against plain libcurl", bare, goal: .none),
            Measurement(
                name: "the same, processor time of an upload: against plain libcurl",
                measured: "\(median(bare.map(\.daemon.processorTime)).short) us",
                probe: "\(median(bare.map(\.libcurl.processorTime)).short) us",
                figure: median(bare.map { $0.daemon.processorTime / $0.libcurl.processorTime }), goal: .none),
        ] + day()
    }

    private static func rate(
        _ name: String, _ rounds: [(daemon: Run, libcurl: Run)], goal: Measurement.Goal
    ) -> Measurement {
        Measurement(
            name: name, measured: "\(median(rounds.map(\.daemon.rate)).short)/s",
            probe: "\(median(rounds.map(\.libcurl.rate)).short)/s",
            figure: median(rounds.map { $0.daemon.rate / $0.libcurl.rate }), goal: goal)
    }

    private func rounds(roundTrip: Duration) throws -> [(daemon: Run, libcurl: Run)] {
        try (0..<Self.rounds).map { round in
            let server = try PlatformServer()
            defer { server.stop() }
            server.delay(roundTrip)
            let stage = try Stage(
                folder: "\(folder)/drain-\(roundTrip.wholeMilliseconds)-\(round)", cards: 1000,
                backlog: Backlog(taps: Self.taps), platform: server.url)
            let before = Self.programsTime
            try stage.start(daemon: daemon)
            try wait(for: 2 * Self.taps, at: server)
            stage.stop()
            let drained = Self.run(server.arrivals, took: Self.programsTime - before)
            let requests = server.arrivals.map(\.request)
            server.forgetArrivals()
            let start = Self.threadTime
            try PlainCurl(connections: Self.uploadsAtOnce).post(requests, to: server.url)
            return (drained, Self.run(server.arrivals, took: Self.threadTime - start))
        }
    }

    private static func run(_ arrivals: [PlatformServer.Arrival], took microseconds: Double) -> Run {
        Run(rate: Double(arrivals.count - 1) / seconds(of: arrivals), processorTime: microseconds / Double(arrivals.count))
    }

    /// The processor's, for all programs that have ended: start and stop are in it. In microseconds.
    private static var programsTime: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) * 1e6 + Double($1.tv_usec) }
    }

    /// The processor's, for this thread. In microseconds.
    private static var threadTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1000
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

    private static func seconds(of arrivals: [PlatformServer.Arrival]) -> Double {
        let instants = arrivals.map(\.at)
        guard let first = instants.min(), let last = instants.max() else { return .nan }
        return Double((last - first).wholeMicroseconds) / 1e6
    }
}
