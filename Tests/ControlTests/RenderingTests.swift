import Base
import ControlProtocol
import JSON
import Testing

@testable import validatorctl
@testable import validatord

@Suite("what validatorctl prints")
struct RenderingTests {
    private let status = StubCommands().status()

    @Test("the status, for people")
    func wholeStatus() {
        #expect(
            Rendering.status(status) == """
                device   VLD1
                version  0.1.0, up 26 h 0 min, 20480 kB
                mode     cards checked here, tickets checked here, white list required
                window   2023-11-14T22:13:20.000Z to 2023-11-14T23:13:20.500Z
                clock    gps, the system's is off by -42 ms

                platform
                  state         offline
                  last success  2 d 7 h ago
                  last error    location_report: connection refused (12 s ago)

                modem
                  state            unknown
                  network          -, -
                  SIM (ICCID)      -
                  modem (IMEI)     -
                  data this month  0 MB (-)

                vehicle
                  ignition  -
                  parked    no

                gps
                  fix         3d, 1 s ago
                  latitude    31.2304
                  longitude   121.4737
                  speed km/h  -
                  course      90.0

                lists
                  LIST   VERSION  INCREMENT  COUNT  AGE
                  cards  7        8              2  59 s
                  line   0        0              0  -
                  keys   3        -              2  -
                  keys are weak: without tickets.secret_file one captured code is enough to search them

                outbox
                  records waiting    3
                  positions waiting  2
                  oldest             2 h 1 min
                  refused            1
                  collected          4
                  longest sync ms    -
                  positions dropped  0
                  last error         card_check_log: HTTP status 404 (2 min ago)

                readers and scanners
                  KIND     ID  DEVICE   READS  FAILED  LAST SEEN  STATE
                  reader   r0  /dev/r0     12       3  1 s ago    ready: firmware 1.6
                  scanner  s0  /dev/s0      0       0  never      absent: /dev/s0: no such file or directory
                  r0 refused 5 taps without a record: too many, or no room

                latency in ms
                  FROM THE TAP TO   P50   P99   MAX  TAPS
                  decision            -     -     -     0
                  durable record      -     -     -     0
                  light            1.25  1.25  1.25     1
                """)
    }

    @Test("what was done to bring a reader back is told below the table")
    func recovery() throws {
        let report = try SourcesReport(
            JSONValue(
                parsing:
                    #"{"readers":[{"id":"r0","recovery":{"aborts":2,"reinitialisations":0,"reopenings":0,"power_cycles":1}}]}"#))
        #expect(Rendering.readers(try #require(report)).hasSuffix("\nr0 was brought back: aborts 2, power cycles 1"))
    }

    @Test("a probed card is shown under every profile, the one that is set marked")
    func probe() throws {
        #expect(
            Rendering.probe(ProbesReport(readers: StubCommands().probes())) == """
                reader r0, UID 5630F009
                CARD_NUMBER   NUMBER      IN LISTS
                hex           5630F009    cards            <- set
                hex-reversed  09F03056    -
                decimal8      08612528    -
                decimal10     1446047753  cards (blocked)

                reader r1: no card yet
                """)
    }

    @Test("an answer that lacks everything is dashes, not a crash")
    func nothing() {
        #expect(Rendering.status(StatusReport()).contains("clock    -, the system's is off by - ms"))
        #expect(Rendering.lists(StatusReport.Lists()).contains("cards  -        -"))
        #expect(Rendering.keys(StatusReport.Keys(), at: WallTime(seconds: 0)).contains("ticket key group  version -"))
        #expect(Rendering.platform(StatusReport.Platform()).contains("state         -"))
        #expect(Rendering.outbox(StatusReport.Outbox()).contains("records waiting    -"))
        #expect(Rendering.readers(SourcesReport(readers: [StatusReport.Source()], scanners: [])).contains("reader  -   -"))
        #expect(Rendering.tapLine(TapReport()).hasPrefix("-"))
        #expect(Rendering.logLine(LogLine()) == "- - -")
        #expect(Rendering.gps(StatusReport.GPS()).contains("latitude    -"))
    }

    @Test("taps in columns that fit what is to come")
    func taps() {
        #expect(
            Rendering.taps(TapsReport(taps: [.sample()])) == """
                TIME                      CARD       OUTCOME    REASON                MODE      ANSWER ms  SOURCE
                2023-11-14T22:13:20.123Z  ****5537   accepted   ok                    offline        1.25  r0
                """)
    }

    @Test("refused records, with why")
    func refused() {
        #expect(Rendering.refused([]) == "no record is refused")
        let id: JSONValue = "01890a5d-ac96-774b-bcce-b302099a8057"
        let tap: JSONValue = [
            "kind": "tap", "row": 1, "time": "2023-11-14T22:13:20.000Z", "card": "00065537", "reason": "ok", "booking_id": id,
            "log_id": id, "refused": ["booking", "log"], "refusal_code": 7, "refusal_message": "余额不足",
        ]
        let riddle: JSONValue = ["kind": "riddle", "row": 2, "log_id": id]
        #expect(
            Rendering.refused([tap, riddle].compactMap(OutboxRecord.init)) == """
                KIND  TIME                      CARD OR TICKET  UPLOADS       CODE  MESSAGE
                tap   2023-11-14T22:13:20.000Z  00065537        booking, log     7  余额不足
                -     -                         -               -                -  -
                """)
    }

    @Test(
        "a code, a reply or a radio's word fakes no row and commands no terminal",
        arguments: ["a\nb", "\u{1B}]52;c;eA\u{7}", "\u{9B}31m", "\u{202E}txt", "a\u{2028}b", "\u{200F}", "\u{E0041}"])
    func foreign(text: String) throws {
        let id: JSONValue = "01890a5d-ac96-774b-bcce-b302099a8057"
        let tap: JSONValue = [
            "kind": "tap", "row": 1, "time": "2023-11-14T22:13:20.000Z", "ticket": .string(text), "reason": "ok",
            "booking_id": id,
            "log_id": id, "refused": ["log"], "refusal_code": 7, "refusal_message": .string(text),
        ]
        var status = StubCommands().status()
        (status.platform.lastError, status.outbox.lastError, status.modem.operatorName) = (text, text, text)
        (status.deviceID, status.readers[0].detail, status.readers[0].id) = (text, text, text)
        let known = Rendering.status(StubCommands().status()).split(separator: "\n").count
        let shown = [
            (Rendering.refused([tap].compactMap(OutboxRecord.init)), 2), (Rendering.status(status), known),
            (Rendering.logLine(LogLine(sequence: 1, time: WallTime(seconds: 1), level: "info", text: text)), 1),
            (Rendering.tapLine(.sample(card: text)), 1),
            (
                SelfTestVerdicts(SelfTestReport(run: 1, checks: [SelfTestCheck(part: .disk, finding: .diskGood, detail: text)]))
                    .text(.en).joined(separator: "\n"), 1
            ),
        ]
        for (page, lines) in shown {
            #expect(page.unicodeScalars.allSatisfy { !$0.isUnseen || $0 == "\n" }, "\(page)")
            #expect(page.split(separator: "\n").count == lines, "\(page)")
        }
    }

    @Test(
        "times in milliseconds are rounded to hundredths",
        arguments: [(0, "0.00"), (4, "0.00"), (5, "0.01"), (1_254, "1.25"), (99_995, "100.00")])
    func milliseconds(microseconds: Int, text: String) {
        #expect(Cell.milliseconds(.microseconds(microseconds)) == text)
    }

    @Test("options may stand before the command or behind it")
    func optionOrder() {
        #expect(
            ValidatorControl.commandFirst(["--socket", "/s", "--json", "taps", "--follow"]) == [
                "taps", "--follow", "--socket", "/s", "--json",
            ])
        #expect(ValidatorControl.commandFirst(["--socket=/s", "outbox", "retry"]) == ["outbox", "retry", "--socket=/s"])
        #expect(ValidatorControl.commandFirst(["status", "--socket", "/s"]) == ["status", "--socket", "/s"])
        #expect(ValidatorControl.commandFirst(["--version"]) == ["--version"])
        #expect(ValidatorControl.commandFirst(["--json", "--help"]) == ["--help"])
        #expect(ValidatorControl.commandFirst(["--socket"]) == ["--socket"])
        #expect(ValidatorControl.commandFirst([]) == [])
    }

    @Test(
        "each command takes --socket and --json",
        arguments: ["status", "taps", "outbox", "lists", "keys", "gps", "readers", "platform", "sync"])
    func commonOptions(name: String) throws {
        let arguments = ValidatorControl.commandFirst(["--socket", "/s", name, "--json"])
        let command = try #require(try ValidatorControl.parseAsRoot(arguments) as? any ControlCommand)
        #expect(command.options.socket == "/s")
        #expect(command.options.json)
    }

    @Test("each failure has its exit code and a next step")
    func failures() {
        #expect(ControlFailure.unreachable(socket: "/s", reason: "Connection refused").exitCode == 69)
        #expect(
            "\(ControlFailure.unreachable(socket: "/s", reason: "r"))".contains(
                "is validatord running? systemctl status validator"))
        #expect(ControlFailure.notPermitted(socket: "/s").exitCode == 77)
        #expect(ControlFailure.badArgument("x").exitCode == 64)
        #expect(ControlFailure.refused("x").exitCode == 1)
        #expect(ControlFailure.unintelligible("x").exitCode == 70)
    }
}
