import Base
import Fares
import Hardware
import JSON
import Storage
import ValidatorCore

@testable import validatord

/// A daemon that knows fixed answers and remembers what it was told to do.
final class StubCommands: ControlCommands {
    var history = ControlTapHistory()
    /// Of the configuration.
    var path = ""
    private(set) var settings: [ControlSetting] = []
    private(set) var synchronised: [(DownloadTarget, full: Bool)] = []
    var retryFailure: ControlError?
    var taps: [StoredTap] = []
    var positions: [StoredPosition] = []

    func status() -> StatusReport {
        var status = StatusReport(
            deviceID: "VLD1", version: "0.1.0", uptime: .seconds(93_600), modes: Modes(),
            window: ServiceWindow(
                start: WallTime(seconds: 1_700_000_000), end: WallTime(milliseconds: 1_700_003_600_500),
                learned: WallTime(seconds: 0)),
            cards: .init(version: "7", incrementVersion: "8", count: 2, age: .milliseconds(59_999)),
            line: .init(version: "0", incrementVersion: "0", count: 0, age: nil),
            keys: .init(version: "3", ids: [1, 4], age: nil, previousVersion: nil, isWeak: true),
            outbox: .init(records: 3, positions: 2, refused: 1, collected: 4, droppedPositions: 0, oldestAge: .seconds(7_300)),
            gps: .init(
                fix: .threeDimensional,
                position: Position(latitude: 31.2304, longitude: 121.4737, speedKilometresPerHour: nil, course: 90),
                age: .milliseconds(1_200)),
            readers: [
                .init(
                    id: "r0", device: "/dev/r0", state: "ready", detail: "firmware 1.6", lastSeenAge: .seconds(1), reads: 12,
                    failedReads: 3, recovery: RecoveryLadder(start: Instant(nanoseconds: 0)))
            ],
            scanners: [
                .init(
                    id: "s0", device: "/dev/s0", state: "absent", detail: "/dev/s0: no such file or directory", lastSeenAge: nil,
                    reads: 0, failedReads: 0, recovery: nil)
            ],
            platform: .init(state: .offline, lastSuccessAge: .seconds(200_000), lastError: "connection refused"),
            clock: .init(source: .gps, offset: .milliseconds(-42)), latency: .init(), memoryKilobytes: 20_480)
        status.configurationFile = path
        status.latency.answer.record(.microseconds(1_250))
        return status
    }

    func taps(limit: Int, after sequence: Int) -> [ControlTap] { history.latest(limit, after: sequence) }

    func probes() -> [CardProbe] {
        var builder = CardListBuilder(unlisted: .blocked)
        for number in ["5630F009", "1446047753"] {
            if let card = CardNumber(number) { builder.append(CardListEntry(card: card, isListed: number == "5630F009")) }
        }
        var build = builder.build()
        let list = build.step(rows: .max) ?? CardList()
        return [
            CardProbe(
                reader: "r0", profile: .hex, latest: .init(uid: [0x56, 0x30, 0xF0, 0x09], at: Instant(nanoseconds: 0)),
                now: Instant(nanoseconds: 500_000_000), lists: [.cards: list]),
            CardProbe(reader: "r1", profile: .decimal10, latest: nil, now: Instant(nanoseconds: 0), lists: [:]),
        ]
    }

    func storedTaps(isRefused: Bool, after row: Int64, limit: Int) throws(ControlError) -> [StoredTap] {
        Array(taps.filter { $0.row > row && (!isRefused || !$0.refused.isEmpty) }.prefix(limit))
    }

    func storedPositions(isRefused: Bool, after row: Int64, limit: Int) throws(ControlError) -> [StoredPosition] {
        Array(positions.filter { $0.row > row && (!isRefused || $0.refusal != nil) }.prefix(limit))
    }

    func retryRefused() throws(ControlError) -> Int {
        if let retryFailure { throw retryFailure }
        return 1
    }

    private(set) var collected: [RecordName] = []

    func markCollected(_ names: [RecordName], arePositions: Bool) throws(ControlError) -> Int {
        collected += names
        return names.count
    }

    func returnCollected() throws(ControlError) -> Int { 4 }

    var isAllCarried = true
    private(set) var handovers: [HandoverRequest] = []

    func identity() throws(ControlError) -> BoxIdentity {
        BoxIdentity(
            deviceID: "VLD1", version: "0.1.0", configurationFile: "/etc/validator/validator.toml",
            stateFolder: "/var/lib/validator", files: ["/etc/validator/ticket.secret"])
    }

    func handOver(_ request: HandoverRequest) throws(ControlError) -> Bool {
        handovers.append(request)
        return isAllCarried
    }

    func apply(_ setting: ControlSetting) throws(ControlError) { settings.append(setting) }

    func synchronise(_ target: DownloadTarget, full: Bool) throws(ControlError) { synchronised.append((target, full)) }

    let lines = LogHistory()
    var selfTestReport: SelfTestReport?
    var restartFailure: ControlError?
    private(set) var restarts = 0

    func log(limit: Int, after sequence: Int) -> [LogLine] { lines.latest(limit, after: sequence) }

    func startSelfTest() throws(ControlError) -> Int {
        selfTestReport = SelfTestReport(run: 1, checks: nil)
        return 1
    }

    func selfTest() -> SelfTestReport? { selfTestReport }

    func restart() throws(ControlError) {
        if let restartFailure { throw restartFailure }
        restarts += 1
    }

    func ask(_ line: String) -> String {
        String(decoding: ControlDispatcher.reply(to: Array(line.utf8), from: self), as: UTF8.self)
    }

    /// The reply's `result`, null when it was an error.
    func result(_ line: String) throws -> JSONValue {
        try JSONValue(parsing: ask(line))["result"] ?? .null
    }
}

extension ControlTap {
    static func sample(card: String = "****5537", durable: Duration? = .microseconds(900)) -> ControlTap {
        ControlTap(
            sequence: 0, time: WallTime(milliseconds: 1_700_000_000_123), source: "r0", card: card, outcome: .accepted,
            reason: .ok,
            mode: .offline, record: UniqueID(high: 1, low: 2), decide: .microseconds(35), durable: durable,
            answer: .microseconds(1_254))
    }
}
