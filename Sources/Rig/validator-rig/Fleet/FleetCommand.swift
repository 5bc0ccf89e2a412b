import ArgumentParser
import Base
import Fares
import Glibc
import Kernel
import OperatingSystem

/// Plays a fleet over HTTP, or verifies afterwards what became of its records.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Play a fleet of boxes over HTTP, and keep books of what they sent.",
        discussion: """
            Sends what boxes send (docs/rig.md) and reports rates, latencies and errors. A record without an answer is sent again \
            under the same req_id. Exit code 0: every record was answered, or the ledger agrees with the hub; 1: not so; 65: a file \
            is not what it should be; 71: the system refused something.
            """)

    @Option(help: "A hub's or platform's base_url; given again, further ones to which a box turns that gets no answer.")
    var url = ["http://127.0.0.1:8080/api"]
    @Option(help: "How many boxes.") var boxes = 1
    @Option(help: "Seconds between a box's heartbeats; 0 for none.") var heartbeatS = 5.0
    @Option(help: "Taps of the whole fleet a second: a booking and a log each.") var tapsPerS = 0.0
    @Option(help: "Online checks of the whole fleet a second.") var checksPerS = 0.0
    @Option(help: "Downloads of the card list, of the whole fleet a second.") var refreshesPerS = 0.0
    @Flag(help: "Boxes fetch the card list that a heartbeat's reply names.") var followLists = false
    @Option(help: "The version of the card list that boxes hold at the start.") var holding = "0"
    @Option(
        help:
            "In place of all rates, as fast as it is answered: \(FleetPlan.Flood.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var flood: String?
    @Option(help: "For how long something new begins.") var seconds = 10.0
    @Option(help: "For how long answers are waited for afterwards.") var drainS = 30.0
    @Option(help: "Connections, kept alive and shared by all boxes, as those of a proxy.") var connections = 64
    @Option(help: "Card numbers of riders, one a line.") var cards: String?
    @Option(help: "Lines of a device and its secret: the boxes, and what they prove themselves by.") var secrets: String?
    @Option(help: "What generated device names begin with.") var prefix = "F"
    @Option(help: "app_id of the token call.") var appID = ""
    @Option(help: "Where chance begins; another run with it does the same.") var seed: UInt64 = 1
    @Option(help: "Write every record to this file at the end, as lines of JSON.") var ledger: String?
    @Option(help: "Write the report to this file, too, as JSON.") var json: String?
    @Option(help: "Play nothing: hold this ledger against --records.") var verify: String?
    @Option(help: "What validator-hub records --json --whole-codes has printed.") var records: String?

    private var plan: FleetPlan {
        var plan = FleetPlan()
        plan.boxes = boxes
        plan.heartbeatPeriod = .nanoseconds(Int64(heartbeatS * 1e9))
        (plan.tapsPerSecond, plan.checksPerSecond, plan.refreshesPerSecond) = (tapsPerS, checksPerS, refreshesPerS)
        plan.followsLists = followLists
        plan.flood = flood.flatMap { FleetPlan.Flood(rawValue: $0) }
        plan.length = .nanoseconds(Int64(seconds * 1e9))
        plan.drain = .nanoseconds(Int64(drainS * 1e9))
        plan.connections = connections
        return plan
    }

    func validate() throws {
        let rates = [heartbeatS, tapsPerS, checksPerS, refreshesPerS, seconds, drainS]
        guard (1...1_000_000).contains(boxes), (1...10_000).contains(connections), rates.allSatisfy((0...1e6).contains) else {
            throw ValidationError("boxes must be 1 to 1000000, connections 1 to 10000, times and rates 0 to 1000000")
        }
        if let flood, FleetPlan.Flood(rawValue: flood) == nil { throw ValidationError("--flood does not know \"\(flood)\"") }
        if (verify == nil) != (records == nil) { throw ValidationError("--verify and --records belong together") }
    }

    func run() async throws {
        await SignalSource.ignoreBrokenPipes()
        let isGood: Bool
        do {
            isGood = try await self.isGood()
        } catch let error as SystemError {
            throw Self.complaint("\(error)", EX_OSERR)
        } catch let error as FleetFiles.Mistake {
            throw Self.complaint("\(error)", EX_DATAERR)
        }
        throw ExitCode(isGood ? 0 : 1)
    }

    private static func complaint(_ text: String, _ code: Int32) -> ExitCode {
        FileDescriptor.writeToStandardError("validator-rig: \(text.printableLines)\n")
        return ExitCode(code)
    }

    private func isGood() async throws -> Bool {
        if let verify, let records {
            let verification = try FleetFiles.verify(FleetFiles.ledger(verify), against: records)
            try TextFile.standardOutput().write(Array(verification.lines.map { $0 + "\n" }.joined().utf8))
            return verification.isFaultless
        }
        return try await play()
    }

    @MainActor
    private func play() async throws -> Bool {
        let cards = try cards.map { try FleetFiles.cards($0) } ?? Self.inventedCards
        let fleet = try Fleet(plan, boxes: try makeBoxes(), urls: url, applicationID: appID, cards: cards, seed: seed)
        let signals = [SIGINT, SIGTERM].map { number in Interrupt(number) { [weak fleet] in fleet?.interrupt() } }
        await fleet.run()
        withExtendedLifetime(signals) {}
        try TextFile.standardOutput().write(Array(fleet.report.lines.map { $0 + "\n" }.joined().utf8))
        if let json { try writeFile(json, "\(fleet.report.json.text)\n") }
        if let ledger {
            let file = try TextFile.create(ledger)
            // Many records at once: a line is short.
            for slice in stride(from: 0, to: fleet.ledger.records.count, by: 1024) {
                file.write(fleet.ledger.records[slice...].prefix(1024).flatMap(FleetLedger.line))
            }
            for delivery in fleet.ledger.deliveries { file.write(delivery.line) }
        }
        return fleet.ledger.openCount == 0
    }

    private func makeBoxes() throws -> [FleetBox] {
        guard let secrets else {
            return (1...boxes).map { box(prefix + $0.zeroPadded(to: 6), secret: nil, number: $0) }
        }
        let known = try FleetFiles.secrets(secrets)
        guard known.count >= boxes else {
            throw FleetFiles.Mistake(description: "\(secrets) has \(known.count) devices, fewer than --boxes \(boxes)")
        }
        return known.prefix(boxes).enumerated().map { index, known in
            box(known.device, secret: known.secret, number: index)
        }
    }

    private func box(_ deviceID: String, secret: String?, number: Int) -> FleetBox {
        var box = FleetBox(deviceID: deviceID, secret: secret, hub: number % url.count)
        box.versions.cards = holding
        return box
    }

    /// Cards that no list has.
    private static var inventedCards: [CardNumber] { (0..<1000).compactMap { CardNumber("04F1EE" + $0.zeroPadded(to: 8)) } }
}

/// Gives a signal's source a place in an array.
@MainActor
private final class Interrupt {
    private let source: SignalSource

    init(_ number: Int32, _ onSignal: @escaping () -> Void) {
        source = SignalSource(number, onSignal: onSignal)
    }
}
