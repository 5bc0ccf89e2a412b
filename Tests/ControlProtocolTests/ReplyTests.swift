import Base
import ControlProtocol
import Fares
import JSON
import Testing

@Suite("replies of the control protocol")
struct ReplyTests {
    private func check<Reply: ControlReply>(_ reply: Reply, _ location: SourceLocation = #_sourceLocation) throws {
        #expect(try Reply(JSONValue(parsing: reply.json.bytes)) == reply, sourceLocation: location)
    }

    static var status: StatusReport {
        var status = StatusReport()
        (status.deviceID, status.version, status.configurationFile) = ("VLD1", "0.1.0", "/etc/validator/validator.toml")
        (status.uptime, status.memoryKilobytes) = (.seconds(93_600), 20_480)
        status.mode.modes.ticketCheck = .online
        status.mode.modes.cardsEnabled = false
        status.mode.modes.lineListRequired = true
        status.mode.window = StatusReport.Window(
            ServiceWindow(start: WallTime(seconds: 1), end: WallTime(milliseconds: 2_500), learned: WallTime(seconds: 0)))
        (status.lists.cards.version, status.lists.cards.incrementVersion) = ("7", "8")
        (status.lists.cards.count, status.lists.cards.age) = (2, .seconds(59))
        (status.lists.keys.version, status.lists.keys.ids, status.lists.keys.count) = ("3", [1, 4], 2)
        var root = StatusReport.Root()
        (root.index, root.end) = (3, "2039-12")
        (status.lists.keys.roots.version, status.lists.keys.roots.keys) = ("0011223344556677", [root, StatusReport.Root()])
        (status.lists.keys.previousVersion, status.lists.keys.isWeak) = ("2", true)
        (status.outbox.records, status.outbox.positions, status.outbox.refused) = (3, 2, 1)
        (status.outbox.collected, status.outbox.droppedPositions, status.outbox.oldestAge) = (4, 5, .seconds(7_300))
        (status.gps.fix, status.gps.age) = (.threeDimensional, .seconds(1))
        (status.gps.latitude, status.gps.longitude) = (31.2304, 121.4737)
        (status.gps.speedKilometresPerHour, status.gps.course) = (24.1, 90)
        var source = StatusReport.Source()
        (source.id, source.device, source.state, source.detail) = ("r0", "/dev/r0", "ready", "firmware 1.6")
        (source.lastSeenAge, source.reads, source.failedReads) = (.seconds(1), 12, 3)
        source.unrecordedRefusals = 7
        status.scanners = [source]
        var recovery = StatusReport.Recovery()
        (recovery.aborts, recovery.reinitialisations, recovery.reopenings, recovery.powerCycles) = (1, 2, 3, 4)
        source.recovery = recovery
        status.readers = [source]
        (status.platform.state, status.platform.lastSuccessAge) = (.offline, .seconds(200_000))
        (status.platform.lastError, status.platform.lastErrorAge) = ("connection refused", .seconds(12))
        status.platform.isPlain = true
        status.platform.lastErrorCall = "location_report"
        (status.outbox.lastError, status.outbox.lastErrorAge) = ("HTTP status 404", .seconds(125))
        status.outbox.longestSync = .milliseconds(1_234)
        status.outbox.lastErrorCall = "card_check_log"
        status.platform.certificate = StatusReport.Certificate(name: "host", expires: WallTime(seconds: 1_900_000_000))
        status.clock = StatusReport.Clock(source: .gps, offset: .milliseconds(-42))
        (status.modem.state, status.modem.imei, status.modem.iccid) = ("connected", "86", "8986")
        (status.modem.operatorName, status.modem.technology, status.modem.signalPercent) = ("CMCC", "lte", 61)
        (status.modem.dataMonth, status.modem.dataMonthBytes) = ("2026-11", 5_242_880)
        (status.vehicle.ignition, status.vehicle.shutdown, status.vehicle.isParked) = (.off, .seconds(42), true)
        status.latency.answer.count = 1
        status.latency.answer.median = .microseconds(1_250)
        status.latency.answer.percentile99 = .microseconds(1_300)
        status.latency.answer.maximum = .microseconds(1_400)
        return status
    }

    @Test("a status is read as it was written, and so is one of which nothing is known")
    func status() throws {
        try check(Self.status)
        try check(StatusReport())
        try check(Self.status.lists)
        try check(SourcesReport(readers: Self.status.readers, scanners: Self.status.scanners))
    }

    @Test("taps, log lines and probed cards are read as they were written")
    func listings() throws {
        let tap = TapReport(
            sequence: 5, time: WallTime(milliseconds: 1_700_000_000_123), source: "r0", card: "****5537", outcome: .accepted,
            reason: .notOnWhiteList, mode: .fallback, record: UniqueID(high: 1, low: 2), decide: .microseconds(35), durable: nil,
            answer: .microseconds(1_254))
        try check(TapsReport(taps: [tap, TapReport()]))
        try check(LogReport(lines: [LogLine(sequence: 1, time: WallTime(seconds: 7), level: "warning", text: "没有定位")]))
        var listing = CardProbe.Listing()
        (listing.list, listing.isBlocked) = ("cards", true)
        var candidate = CardProbe.Candidate()
        (candidate.profile, candidate.number, candidate.lists) = ("hex", "5630F009", [listing])
        var probe = CardProbe()
        (probe.reader, probe.profile, probe.uid) = ("r0", "hex", "5630F009")
        (probe.age, probe.candidates) = (.milliseconds(500), [candidate])
        try check(ProbesReport(readers: [probe, CardProbe()]))
    }

    @Test("what commands have done is read as it was written")
    func commands() throws {
        for path in [\RecordChange.retried, \.collected, \.returned] {
            var change = RecordChange()
            change[keyPath: path] = 3
            try check(change)
            #expect(change.json.object?.members.count == 1)
        }
        try check(
            BoxIdentity(
                deviceID: "VLD1", version: "0.1.0", configurationFile: "/etc/v.toml", stateFolder: "/var/lib/v", files: ["/etc/a"]
            ))
        try check(HandoverReply(isHandedOver: true))
        try check(Done())
        try check(SelfTestStarted(run: 3))
        let check = SelfTestCheck(part: .light, subject: "green", finding: .lightShown, detail: "/leds/green")
        try self.check(Optional(SelfTestReport(run: 3, checks: [check])))
        try self.check(Optional(SelfTestReport(run: 3, checks: nil)))
        try self.check(SelfTestReport?.none)
    }

    @Test("a page of records keeps each as it is, with members that this release does not know")
    func records() throws {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        let tap: JSONValue = ["kind": "tap", "row": 5, "log_id": .string(id), "mood": "happy"]
        let position: JSONValue = ["kind": "position", "row": 6, "request_id": .string(id)]
        let page = try #require(RecordPage(["records": [tap, position], "next": 6]))
        #expect(page.records.map(\.json) == [tap, position] && page.next == 6)
        #expect(page.records.map(\.reference.row) == [5, 6])
        try check(page)
        try check(RecordPage(records: [], next: nil))
    }

    @Test("what is missing or new is passed over, and what is known is told")
    func tolerance() throws {
        let json = try JSONValue(
            parsing: """
                {"device_id":"VLD1","mood":"happy","uptime_s":"long","clock":{"source":"stars","offset_ms":7},\
                "outbox":{"records":3},"readers":[{"id":"r0","smell":1},7],"platform":{"state":"dreaming","last_error":"x"}}
                """)
        let status = try #require(StatusReport(json))
        #expect(status.deviceID == "VLD1" && status.uptime == nil && status.version.isEmpty)
        #expect(status.clock.source == nil && status.clock.offset == .milliseconds(7))
        #expect(status.outbox.records == 3 && status.outbox.positions == nil)
        #expect(status.readers.map(\.id) == ["r0"])
        #expect(status.platform.state == nil && status.platform.lastError == "x")
    }

    @Test("a self-test of a later release is told in its own words, and fails where its verdict is not known")
    func laterSelfTest() throws {
        let json = try JSONValue(
            parsing:
                #"{"run":1,"running":false,"checks":[{"part":"heater","verdict":"sigh","finding":"heater_cold","check_by":"nose"}]}"#
        )
        let check = try #require(SelfTestReport(json)?.checks.first)
        #expect(check.partWord == "heater" && check.findingWord == "heater_cold")
        #expect(check.part == nil && check.finding == nil && check.verdict == nil && check.checkedBy == nil)
    }

    @Test("what is something else altogether is no reply")
    func somethingElse() {
        #expect(StatusReport([1]) == nil && StatusReport(nil) == nil)
        #expect(TapsReport([:]) == nil && LogReport(["lines": 7]) == nil && SelfTestStarted([:]) == nil)
        #expect(RecordPage([:]) == nil && RecordPage(["records": [["kind": "tap", "row": 1]]]) == nil)
        #expect(BoxIdentity(["device_id": "VLD1"]) == nil)
    }
}
