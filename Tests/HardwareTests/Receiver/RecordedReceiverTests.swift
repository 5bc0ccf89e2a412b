import Base
import Cryptography
import Fares
import Foundation
import PlatformAPI
import Testing
import ValidatorCore

@testable import Hardware

private nonisolated let logs = ProcessInfo.processInfo.environment["GPSD_LOGS_DIR"]
private nonisolated let reported = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Recordings"

/// Recordings of receivers, played through a real gpsd to the box's rules.
@Suite("Recorded receivers", .timeLimit(.minutes(5)))
struct RecordedReceiverTests {
    @Test(
        "of gpsd's own regression suite",
        .enabled(if: logs != nil, "set GPSD_LOGS_DIR to the folder of gpsd's test/daemon/*.log"),
        arguments: RecordedReceiver.gpsdLogs)
    func gpsdLog(_ receiver: RecordedReceiver) async throws { try await play(receiver, from: try #require(logs)) }

    @Test("made after what people have reported", arguments: RecordedReceiver.reported)
    func report(_ receiver: RecordedReceiver) async throws { try await play(receiver, from: reported) }

    private func play(_ receiver: RecordedReceiver, from folder: String) async throws {
        let recordings = try receiver.names.map { try GPSRecording(path: "\(folder)/\($0)") }
        let playback = try await GPSPlayback(receivers: recordings.count)
        // One platform's clock is right, the other's agrees with the receiver.
        let today = ListeningBox(
            serverTime: WallTime(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000)), parkedAfter: receiver.parkedAfter)
        var thatDay: ListeningBox?
        var fixes: [Fix] = []
        var first: (time: WallTime, epoch: Int)?
        var told: (time: WallTime, epoch: Int)?
        let epochs = recordings.map(\.epochs.count).max() ?? 0
        for epoch in 0..<epochs {
            for box in [today, thatDay] { box?.pass(seconds: 1) }
            for (number, recording) in recordings.enumerated() where epoch < recording.epochs.count {
                for fix in try await playback.play(recording.epochs[epoch], to: number) {
                    if fix.quality != .none {
                        fixes.append(fix)
                        if let time = fix.time, time != told?.time {
                            if told == nil { thatDay = ListeningBox(serverTime: time, parkedAfter: receiver.parkedAfter) }
                            told = (time, epoch)
                            first = first ?? told
                        }
                    }
                    for box in [today, thatDay] { box?.take(fix) }
                    check(today.position, fixes.suffix(6), receiver)
                }
            }
            if receiver.isSteady, !fixes.isEmpty { #expect(today.position != nil, "epoch \(epoch)") }
        }
        #expect(fixes.count >= receiver.fixes && told != nil)
        #expect(today.isParked == receiver.isParked)
        #expect((today.position != nil) == (receiver.isSteady && receiver.fixes > 0))
        // Whatever gpsd makes of the recording's date, it is not that of the day on which the test runs.
        #expect(today.source == .server)
        let repetitions = receiver.isSteady ? 0 : 1
        #expect(today.warnings.count == 1 + repetitions, "\(today.warnings)")
        guard let told, let thatDay else { return }
        #expect(thatDay.source == .gps)
        #expect(thatDay.warnings.count == (receiver.changesItsMind ? 1 : 0) + repetitions, "\(thatDay.warnings)")
        // A time that was told is carried on.
        let expected = receiver.changesItsMind ? first?.time : told.time + .seconds(epochs - 1 - told.epoch)
        let error = expected.map { abs((thatDay.wall - $0).wholeSeconds) }
        #expect((error ?? .max) <= (receiver.changesItsMind ? 60 : 1), "\(thatDay.wall.timestamp)")
        for box in [today, thatDay] {
            box.pass(seconds: 11)
            #expect(box.position == nil)
        }
    }

    private func check(_ position: Position?, _ fixes: ArraySlice<Fix>, _ receiver: RecordedReceiver) {
        guard let position else { return }
        let nearest = fixes.compactMap(\.position).map { position.metres(to: $0) }.min()
        #expect((nearest ?? .infinity) <= receiver.metres)
        guard let speed = position.speedKilometresPerHour else { return }
        #expect(speed <= 250 && (speed >= 3) == (position.course != nil))
    }
}

/// The rules of a box that has a platform and receivers, on a clock of its own.
private final class ListeningBox {
    private var validator: Validator
    private var now = Moment(instant: Instant(nanoseconds: 1_000_000_000), system: WallTime(seconds: 0))
    /// The one that was sent at the start.
    private var heartbeat: ExchangeID?
    /// What the log says about the receivers.
    private(set) var warnings: [String] = []

    /// - Parameter serverTime: what the platform says when it answers the first heartbeat; the software is a year old then.
    init(serverTime: WallTime, parkedAfter: Int) {
        var policy = Policy(boot: UniqueID(high: 1, low: 2), buildDate: serverTime - .seconds(365 * 86400))
        policy.reportInterval = .seconds(1_000_000)
        policy.parkedAfter = .seconds(parkedAfter)
        validator = Validator(
            policy: policy, cryptography: Libcrypto(),
            random: SeededGenerator(seed: 1), ids: SystemRandomNumberGenerator(),
            restored: Validator.Restored(), at: now)
        handle(.timer)
        let content = PlatformReply.HeartbeatReply.Content(
            enterpriseID: nil, serverTime: serverTime, modes: Modes(), versions: Versions(), window: nil)
        let reply = PlatformReply.HeartbeatReply(verdict: PlatformReply.Verdict(code: 0, message: ""), content: content)
        if let heartbeat { handle(.reply(heartbeat, .success(.heartbeat(reply)))) }
    }

    var position: Position? { validator.position(at: now.instant) }
    var isParked: Bool { validator.isParked(at: now.instant) }
    var source: ClockSource { validator.clock.reading(at: now).source }
    var wall: WallTime { validator.clock.reading(at: now).wall }

    func pass(seconds: Int) {
        now = Moment(instant: now.instant + .seconds(seconds), system: now.system + .seconds(seconds))
    }

    func take(_ fix: Fix) { handle(.fix(fix)) }

    private func handle(_ event: Event) {
        for effect in validator.handle(event, at: now, outbox: OutboxCounts()) {
            switch effect {
            case .send(let id, let request):
                if case .heartbeat = request.content { heartbeat = id }
            case .notice(let notice) where notice.text.hasPrefix("the GPS receiver"): warnings.append(notice.text)
            default: break
            }
        }
    }
}
