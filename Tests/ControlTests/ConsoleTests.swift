import Base
import ControlProtocol
import JSON
import Testing

@testable import validatorctl
@testable import validatord

/// A console under a hand-driven clock: keys in, page out.
final class ConsoleBench {
    var model: ConsoleModel
    var now = Instant(nanoseconds: 0)

    init(
        _ language: Language = .en, size: TerminalSize = .standard, access: PINAccess = .open, idle: Duration = .seconds(600)
    ) {
        model = ConsoleModel(language: language, size: size, access: access, idleTime: idle, at: now)
    }

    @discardableResult
    func press(_ text: String) -> [ConsoleModel.Action] {
        text.flatMap { model.press($0 == "\n" ? .enter : .character($0), at: now) }
    }

    @discardableResult
    func press(_ key: Key) -> [ConsoleModel.Action] { model.press(key, at: now) }

    /// A line of a terminal that sends lines.
    func take(_ line: String) -> [ConsoleModel.Action] { model.take(line: line, at: now) }

    func tick(after time: Duration = .zero) -> [ConsoleModel.Action] {
        now = now + time
        return model.tick(at: now)
    }

    func receive<Reply: ControlReply>(_ answer: (Reply) -> ConsoleModel.Answer, _ json: String) throws {
        model.received(answer(try #require(try Reply(JSONValue(parsing: json)))))
    }

    var page: String { model.lines.joined(separator: "\n") }
}

@Suite("the console")
struct ConsoleTests {
    @Test("the menu names every page under its key, in both languages", arguments: Language.allCases)
    func menu(language: Language) {
        let bench = ConsoleBench(language)
        for (key, screen) in ConsolePages.menu {
            #expect(bench.page.contains("\(key)  \(ConsolePages.title(of: screen)(language))"))
        }
    }

    @Test("each page of the menu is reached by its key and left by q, and asks for what it shows")
    func pages() {
        for (key, screen) in ConsolePages.menu {
            let bench = ConsoleBench()
            bench.press(String(key))
            #expect(bench.model.screen == screen)
            let isStill: Set<ConsoleModel.Screen> = [.selfTest, .settings, .restart]
            #expect(bench.tick().isEmpty == isStill.contains(screen))
            bench.press("q")
            #expect(bench.model.screen == .menu)
        }
    }

    @Test("q ends the console at the menu only")
    func end() {
        let bench = ConsoleBench()
        #expect(bench.press("2").isEmpty)
        #expect(bench.press("q").isEmpty)
        #expect(bench.press("q") == [.end])
    }

    @Test("a page asks again once a second")
    func refresh() {
        let bench = ConsoleBench()
        bench.press("2")
        #expect(bench.tick() == [.ask(.status)])
        #expect(bench.tick(after: .milliseconds(999)).isEmpty)
        #expect(bench.tick(after: .milliseconds(1)) == [.ask(.status)])
    }

    @Test("l changes the language at once")
    func language() {
        let bench = ConsoleBench()
        bench.press("l")
        #expect(bench.page.contains("实时刷卡"))
        bench.press("l")
        #expect(bench.page.contains("Live taps"))
    }

    @Test("a tap as it is shown, in both languages")
    func taps() throws {
        let bench = ConsoleBench()
        bench.press("1")
        let tap = TapReport.sample().json.text
        try bench.receive(ConsoleModel.Answer.taps, #"{"taps":[\#(tap)]}"#)
        #expect(bench.page.contains("22:13:20  accepted   ****5537  ok  offline  1.25 ms"))
        bench.press("ql1")
        #expect(bench.page.contains("22:13:20  通过       ****5537  正常  离线  1.25 ms"))
    }

    @Test("a page longer than the screen shows its newest lines, and scrolls")
    func scrolling() throws {
        let bench = ConsoleBench(size: TerminalSize(columns: 80, rows: 10))
        bench.press("0")
        let lines = (1...20).map { #"{"level":"info","text":"line \#($0)."}"# }.joined(separator: ",")
        try bench.receive(ConsoleModel.Answer.log, #"{"lines":[\#(lines)]}"#)
        #expect(bench.page.contains("line 20.") && bench.page.contains("line 15.") && !bench.page.contains("line 14."))
        bench.press(.up)
        #expect(bench.page.contains("line 14.") && !bench.page.contains("line 20."))
        for _ in 0..<9 { bench.press(.pageUp) }
        #expect(bench.page.contains("line 1.") && !bench.page.contains("line 7."))
        for _ in 0..<9 { bench.press(.pageDown) }
        #expect(bench.page.contains("line 20."))
    }

    @Test("a setting is typed, corrected and sent; what comes of it is shown until the next key")
    func setting() {
        let bench = ConsoleBench()
        bench.press("91")
        #expect(bench.page.contains("gps.report_interval_s  new value: "))
        bench.press("100")
        bench.press(.backspace)
        #expect(bench.press(.enter) == [.ask(.set(key: "gps.report_interval_s", value: "10"))])
        bench.model.failed("must be a whole number", for: .set(key: "gps.report_interval_s", value: "10"))
        #expect(bench.page.contains("failed: must be a whole number"))
        bench.press("x")
        #expect(!bench.page.contains("failed"))
        bench.press("2")
        bench.press(.escape)
        #expect(bench.model.entry == nil && bench.model.screen == .settings)
    }

    @Test(
        "what changes much is asked back first",
        arguments: [("rr", .restart), ("4r", .retryRefused), ("5f", .sync(full: true))]
            as [(String, ConsoleModel.Query)])
    func confirmation(keys: String, query: ConsoleModel.Query) {
        let bench = ConsoleBench()
        #expect(bench.press(keys).isEmpty)
        #expect(bench.press("n").isEmpty)
        #expect(bench.press(String(keys.last ?? " ")).isEmpty)
        #expect(bench.press("y") == [.ask(query)])
    }

    @Test("a self-test runs, asks the person for what it cannot know, and counts the answers")
    func selfTest() throws {
        let bench = ConsoleBench()
        bench.press("8")
        #expect(bench.press("t") == [.ask(.startSelfTest)])
        try bench.receive(ConsoleModel.Answer.selfTestStarted, #"{"run":3}"#)
        #expect(bench.press("t").isEmpty)
        #expect(bench.tick() == [.ask(.selfTestResult)])
        try bench.receive(ConsoleModel.Answer.selfTest, #"{"run":3,"running":true,"checks":[]}"#)
        #expect(bench.model.isTesting)
        let check = SelfTestCheck(part: .light, subject: "green", finding: .lightShown).json.text
        let disk = SelfTestCheck(part: .disk, finding: .diskFull, detail: "3 MiB").json.text
        try bench.receive(ConsoleModel.Answer.selfTest, #"{"run":3,"running":false,"checks":[\#(check),\#(disk)]}"#)
        #expect(bench.page.contains("PASS  light green  switched on; check by eye"))
        #expect(bench.page.contains("FAIL  disk  nearly full: 3 MiB"))
        #expect(bench.page.contains("next: make room now"))
        #expect(bench.page.contains("light green  Did it shine? y/n"))
        bench.press("n")
        #expect(bench.page.contains("FAIL  light green  was not seen"))
        #expect(!bench.page.contains("Did it shine"))
    }

    @Test("the report goes to a medium by its number, or where the path says")
    func report() throws {
        let bench = ConsoleBench()
        bench.press("d")
        bench.model.received(.media(["/media/usb0"]))
        #expect(bench.page.contains("1  /media/usb0"))
        #expect(bench.press("2").isEmpty)
        #expect(bench.press("1") == [.ask(.writeReport(path: "/media/usb0"))])
        #expect(bench.press("w/tmp/r.txt\n") == [.ask(.writeReport(path: "/tmp/r.txt"))])
        bench.model.received(.written(path: "/tmp/r.txt"))
        #expect(bench.page.contains("written: /tmp/r.txt"))
    }

    @Test("unsent records are collected onto a medium by its number, and what came of it is told")
    func collection() throws {
        let bench = ConsoleBench()
        bench.press("4c")
        #expect(bench.press("1").isEmpty)
        bench.model.received(.media(["/run/media/stick"]))
        let query = ConsoleModel.Query.collect(folder: "/run/media/stick")
        #expect(bench.press("1") == [.ask(query)])
        try bench.receive(ConsoleModel.Answer.collected, #"{"files":[{"file":"/run/media/stick/a.jsonl","records":12}]}"#)
        #expect(bench.page.contains("written: /run/media/stick/a.jsonl (12)"))
        try bench.receive(ConsoleModel.Answer.collected, #"{"files":[]}"#)
        #expect(bench.page.contains("nothing waits"))
        bench.press("q")
        #expect(bench.model.screen == .outbox)
    }

    @Test("the box is handed over onto a medium by its number, and only after a second key")
    func handover() throws {
        let bench = ConsoleBench()
        bench.press("h")
        bench.model.received(.media(["/run/media/stick"]))
        let query = ConsoleModel.Query.handOver(folder: "/run/media/stick")
        #expect(bench.press("1n").isEmpty)
        #expect(bench.press("1y") == [.ask(query)])
        try bench.receive(ConsoleModel.Answer.handedOver, #"{"file":"/run/media/stick/a.identity"}"#)
        #expect(bench.page.contains("serves no more: /run/media/stick/a.identity"))
    }

    @Test(
        "what is carried away is sealed with a passphrase that is typed twice and never shown, where the box has no key of its hub's",
        arguments: [
            ConsoleModel.Query.collect(folder: "/run/media/stick"), ConsoleModel.Query.handOver(folder: "/run/media/stick"),
        ])
    func passphrase(query: ConsoleModel.Query) throws {
        let bench = ConsoleBench()
        bench.model.received(.passphraseNeeded(query))
        #expect(bench.press("short\n").isEmpty && bench.page.contains("at least 8"))
        #expect(bench.press("correct horse\n").isEmpty && !bench.page.contains("correct"))
        #expect(bench.press("correct house\n").isEmpty && bench.page.contains("the two differ"))
        #expect(bench.press("correct horse\n").isEmpty)
        #expect(bench.press("correct horse\n") == [.ask(query.sealed(with: "correct horse"))])
        // Whoever changes his mind does it with Esc, or with nothing at all.
        bench.model.received(.passphraseNeeded(query))
        #expect(bench.press("\n").isEmpty && bench.model.entry == nil)
    }

    @Test("the page of the vehicle, in both languages")
    func vehicle() throws {
        let bench = ConsoleBench()
        bench.press("v")
        let modem =
            #"{"state":"connected","operator":"CMCC","technology":"lte","signal_percent":61,"iccid":"8986","imei":"86","data_month":"2026-11","data_month_bytes":5242880}"#
        try bench.receive(
            ConsoleModel.Answer.status, #"{"modem":\#(modem),"vehicle":{"ignition":"off","shutdown_in_s":42,"parked":true}}"#)
        for fact in ["SIM (ICCID)      8986", "61 %", "5 MB (2026-11)", "ignition         off", "42 s", "parked           yes"] {
            #expect(bench.page.contains(fact), "\(fact) in \(bench.page)")
        }
        bench.press("qlv")
        #expect(bench.page.contains("已联网") && bench.page.contains("本月流量"))
    }

    @Test("after a while without a key the console ends")
    func idle() {
        let bench = ConsoleBench(idle: .seconds(60))
        bench.press("2")
        #expect(bench.tick(after: .seconds(59)) == [.ask(.status)])
        bench.press(.up)
        #expect(bench.tick(after: .seconds(59)) == [.ask(.status)])
        #expect(bench.tick(after: .seconds(1)) == [.end])
    }

    @Test("a terminal that sends lines works the same pages")
    func lineMode() {
        let bench = ConsoleBench()
        #expect(bench.take("9").isEmpty)
        #expect(bench.take("3").isEmpty)
        #expect(bench.take("55") == [.ask(.set(key: "indicators.volume_percent", value: "55"))])
        #expect(bench.take("").isEmpty)
        #expect(bench.model.screen == .settings)
        #expect(bench.take("q").isEmpty)
        #expect(bench.take("q") == [.end])
    }

    @Test("no line is wider than the screen or holds a control character, whatever the validator says, at any size")
    func widths() throws {
        for language in Language.allCases {
            for size in [(20, 8), (80, 24), (33, 11), (1, 1), (9999, 9999)].map({ TerminalSize(columns: $0.0, rows: $0.1) }) {
                for (key, _) in ConsolePages.menu {
                    let bench = ConsoleBench(language, size: size)
                    bench.press(String(key))
                    bench.model.received(.status(StubCommands().status()))
                    try bench.receive(
                        ConsoleModel.Answer.log,
                        #"{"lines":[{"time":"t","level":"info","text":"票\u001b[2J\#(String(repeating: "票x", count: 300))"}]}"#)
                    bench.model.failed("\u{1B}]0;x\u{7}\u{9B}31m", for: .status)
                    let lines = bench.model.lines
                    #expect(lines.count == size.rows)
                    #expect(lines.allSatisfy { $0.columns < size.columns && $0.printable == $0 })
                    #expect(bench.model.cursor.row < size.rows && bench.model.cursor.column < size.columns)
                }
            }
        }
    }

    @Test("English needs no more than ASCII, for terminals that know nothing else")
    func ascii() {
        for (_, screen) in ConsolePages.menu {
            #expect(ConsolePages.title(of: screen)(.en).allSatisfy { $0.isASCII })
            #expect(ConsolePages.keys(of: screen, .en).allSatisfy { $0.isASCII })
        }
        let words = ConsoleText.findings.values.flatMap { [$0.text, $0.next].compactMap(\.self) }
        for phrase in words + ConsoleText.codes.values + ConsoleText.parts.values + ConsoleText.verdicts.values {
            #expect(phrase.en.allSatisfy { $0.isASCII } && !phrase.zh.isEmpty)
        }
    }

    @Test(
        "the language is that of the locale",
        arguments: [
            (["LANG": "zh_CN.UTF-8"], .zh), (["LANG": "en_GB.UTF-8"], .en), (["LC_ALL": "C", "LANG": "zh_CN"], .en),
            (["LC_ALL": "", "LANG": "zh_CN"], .zh), ([:], .en),
        ] as [([String: String], Language)])
    func locale(environment: [String: String], language: Language) {
        #expect(Language(environment: { environment[$0] }) == language)
    }
}
