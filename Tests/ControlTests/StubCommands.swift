import Base
import BoxConfiguration
import ControlProtocol
import Fares
import Hardware
import JSON
import Storage
import ValidatorCore

@testable import validatord

/// A daemon that knows fixed answers and remembers what it was told to do.
final class StubCommands: ControlCommands {
    var history = TapHistory()
    /// Of the configuration.
    var path = ""
    private(set) var settings: [ControlSetting] = []
    private(set) var synchronised: [(DownloadTarget, full: Bool)] = []
    var retryFailure: ControlError?
    var taps: [StoredTap] = []
    var positions: [StoredPosition] = []

    func status() -> StatusReport {
        var status = StatusReport()
        (status.deviceID, status.version, status.configurationFile) = ("VLD1", "0.1.0", path)
        status.uptime = .seconds(93_600)
        status.mode.window = StatusReport.Window(
            ServiceWindow(
                start: WallTime(seconds: 1_700_000_000), end: WallTime(milliseconds: 1_700_003_600_500),
                learned: WallTime(seconds: 0)))
        (status.lists.cards.version, status.lists.cards.incrementVersion) = ("7", "8")
        (status.lists.cards.count, status.lists.cards.age) = (2, .milliseconds(59_999))
        (status.lists.line.version, status.lists.line.incrementVersion, status.lists.line.count) = ("0", "0", 0)
        (status.lists.keys.version, status.lists.keys.ids, status.lists.keys.count) = ("3", [1, 4], 2)
        status.lists.keys.isWeak = true
        var counts = OutboxCounts()
        (counts.records, counts.positions, counts.refused, counts.collected) = (3, 2, 1, 4)
        status.outbox = StatusReport.Outbox(counts)
        status.outbox.oldestAge = .seconds(7_300)
        (status.gps.fix, status.gps.age) = (.threeDimensional, .milliseconds(1_200))
        (status.gps.latitude, status.gps.longitude, status.gps.course) = (31.2304, 121.4737, 90)
        var reader = StatusReport.Source()
        (reader.id, reader.device, reader.state, reader.detail) = ("r0", "/dev/r0", "ready", "firmware 1.6")
        (reader.lastSeenAge, reader.reads, reader.failedReads) = (.seconds(1), 12, 3)
        reader.unrecordedRefusals = 5
        reader.recovery = StatusReport.Recovery(RecoveryLadder(start: Instant(nanoseconds: 0)))
        status.readers = [reader]
        var scanner = StatusReport.Source()
        (scanner.id, scanner.device, scanner.state) = ("s0", "/dev/s0", "absent")
        (scanner.detail, scanner.reads, scanner.failedReads) = ("/dev/s0: no such file or directory", 0, 0)
        status.scanners = [scanner]
        (status.platform.state, status.platform.lastSuccessAge) = (.offline, .seconds(200_000))
        (status.platform.lastError, status.platform.lastErrorAge) = ("connection refused", .seconds(12))
        status.platform.lastErrorCall = "location_report"
        (status.outbox.lastError, status.outbox.lastErrorAge) = ("card_check_log: HTTP status 404", .seconds(125))
        status.outbox.lastErrorCall = "card_check_log"
        status.clock = StatusReport.Clock(source: .gps, offset: .milliseconds(-42))
        status.modem = StatusReport.Modem(.unknown, DataUse())
        var latency = TapLatency()
        latency.answer.record(.microseconds(1_250))
        status.latency = latency.report
        status.memoryKilobytes = 20_480
        return status
    }

    func taps(limit: Int, after sequence: Int) -> [TapReport] { history.latest(limit, after: sequence) }

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

    /// What was looked at at once, and how far the clock goes with each look at it.
    private(set) var looks: [Int] = []
    var tick = Duration.zero
    private var time = Instant(nanoseconds: 0)

    func now() -> Moment {
        time = time + tick
        return Moment(instant: time, system: WallTime(seconds: 0))
    }

    private(set) var notices: [Notice] = []
    func audit(_ line: AuditLine) { notices.append(line.notice) }

    func storedTaps(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredTap> {
        let some = Array(taps.filter { $0.row > row }.prefix(rows))
        looks.append(some.count)
        return RowSlice(
            records: some.filter { isRefused ? !$0.refused.isEmpty : !$0.tap.pending.isEmpty || !$0.refused.isEmpty },
            last: some.last?.row)
    }

    func storedPositions(
        isRefused: Bool, after row: Int64, lookingAt rows: Int
    ) throws(ControlError) -> RowSlice<StoredPosition> {
        let some = Array(positions.filter { $0.row > row }.prefix(rows))
        return RowSlice(records: some.filter { !isRefused || $0.refusal != nil }, last: some.last?.row)
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

    private(set) var collectionsReturned = 0

    func returnCollected() throws(ControlError) -> Int {
        collectionsReturned += 1
        return 4
    }

    var isAllCarried = true
    private(set) var handovers: [HandoverRequest] = []

    func identity() throws(ControlError) -> BoxIdentity {
        BoxIdentity(
            deviceID: "VLD1", version: "0.1.0", configurationFile: "/etc/validator/validator.toml",
            stateFolder: "/var/lib/validator", files: ["/etc/validator/ticket.secret"])
    }

    func carriage(digest: String?) -> CarriageReply {
        CarriageReply(hubKey: "key", authentication: digest.map { "code of \($0)" }, stateFolder: "/var/lib/validator")
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

    private(set) var explained: [([UInt8], at: WallTime?)] = []

    func explainTicket(_ code: [UInt8], at time: WallTime?) throws(ControlError) -> TicketReport {
        explained.append((code, time))
        var report = TicketReport(of: code, nil, otherCodec: nil, reason: .platformUnreachable, masksCards: true)
        report.unknown = "online"
        return report
    }

    func scannedTicket(of scanner: Int) throws(ControlError) -> ScannedTicket {
        var answer = ScannedTicket()
        answer.scanner = "s\(scanner)"
        return answer
    }

    func restart() throws(ControlError) {
        if let restartFailure { throw restartFailure }
        restarts += 1
    }

    /// Of nobody that the kernel knows.
    var peer = ControlPeer(-1)

    func ask(_ line: String) -> String {
        String(decoding: ControlDispatcher.reply(to: Array(line.utf8), of: peer, from: self), as: UTF8.self)
    }

    /// The reply's `result`, null when it was an error.
    func result(_ line: String) throws -> JSONValue {
        try JSONValue(parsing: ask(line))["result"] ?? .null
    }
}

extension TapReport {
    static func sample(card: String = "****5537", durable: Duration? = .microseconds(900)) -> TapReport {
        TapReport(
            sequence: 0, time: WallTime(milliseconds: 1_700_000_000_123), source: "r0", card: card, outcome: .accepted,
            reason: .ok,
            mode: .offline, record: UniqueID(high: 1, low: 2), decide: .microseconds(35), durable: durable,
            answer: .microseconds(1_254))
    }
}
