import Base
import ControlProtocol
import JSON
import Testing

@testable import validatord

@Suite("control requests")
struct ControlDispatcherTests {
    private let commands = StubCommands()

    @Test("status tells every field that scripts rely on")
    func status() throws {
        #expect(
            commands.ask(#"{"command":"status"}"#) == """
                {"ok":true,"result":{"device_id":"VLD1","version":"0.1.0","configuration_file":"","uptime_s":93600,\
                "mode":{"check_mode":1,"check_card_mode":1,"qrcode_mode":1,"card_mode":1,"white_mode":1,"is_line_white":0,\
                "window":{"start":"2023-11-14T22:13:20.000Z","end":"2023-11-14T23:13:20.500Z"}},\
                "lists":{"cards":{"version":"7","increment_version":"8","count":2,"age_s":59},\
                "line":{"version":"0","increment_version":"0","count":0,"age_s":null},\
                "keys":{"version":"3","count":2,"age_s":null,"ids":[1,4],"previous_version":null,"weak":true,"roots":{"version":"","keys":[],"in_use":false,"trouble":null}}},\
                "outbox":{"records":3,"positions":2,"refused":1,"collected":4,"dropped_positions":0,"oldest_age_s":7300,"longest_sync_ms":null,\
                "last_error":"card_check_log: HTTP status 404","last_error_age_s":125,"last_error_call":"card_check_log"},\
                "gps":{"fix":"3d","lat":31.2304,"lng":121.4737,"speed_kmh":null,"course":90.0,"age_s":1},\
                "readers":[{"id":"r0","device":"/dev/r0","state":"ready","detail":"firmware 1.6",\
                "last_seen_age_s":1,"reads":12,"failed_reads":3,"unrecorded_refusals":5,\
                "recovery":{"aborts":0,"reinitialisations":0,"reopenings":0,"power_cycles":0}}],\
                "scanners":[{"id":"s0","device":"/dev/s0","state":"absent","detail":"/dev/s0: no such file or directory",\
                "last_seen_age_s":null,"reads":0,"failed_reads":0}],\
                "platform":{"state":"offline","plain":false,"authorised":false,"last_success_age_s":200000,"last_error":"connection refused",\
                "last_error_age_s":12,"last_error_call":"location_report","certificate":null},\
                "clock":{"source":"gps","offset_ms":-42},\
                "modem":{"state":"unknown","imei":null,"iccid":null,"operator":null,"technology":null,"signal_percent":null,\
                "data_month":null,"data_month_bytes":0},\
                "vehicle":{"ignition":null,"shutdown_in_s":null,"parked":false},\
                "latency_us":{"decide":{"p50":null,"p99":null,"max":null,"count":0},\
                "durable":{"p50":null,"p99":null,"max":null,"count":0},\
                "answer":{"p50":1250,"p99":1250,"max":1250,"count":1}},"memory_kb":20480}}

                """)
    }

    @Test(
        "parts of the status have commands of their own",
        arguments: [
            ("lists", "lists"), ("gps", "gps"), ("platform", "platform"), ("outbox", "outbox"),
        ])
    func parts(command: String, member: String) throws {
        let part = try commands.result("{\"command\":\"\(command)\"}")
        #expect(part == commands.status().json[member])
    }

    @Test("the latest card of each reader is told under every profile, with the lists that hold it")
    func probe() throws {
        #expect(
            commands.ask(#"{"command":"readers_probe"}"#) == """
                {"ok":true,"result":{"readers":[\
                {"reader":"r0","card_number":"hex","uid":"5630F009","age_ms":500,"candidates":[\
                {"card_number":"hex","number":"5630F009","lists":[{"list":"cards","blocked":false}]},\
                {"card_number":"hex-reversed","number":"09F03056","lists":[]},\
                {"card_number":"decimal8","number":"08612528","lists":[]},\
                {"card_number":"decimal10","number":"1446047753","lists":[{"list":"cards","blocked":true}]}]},\
                {"reader":"r1","card_number":"decimal10","uid":null,"age_ms":null,"candidates":[]}]}}

                """)
    }

    @Test("a code to be explained comes as hexadecimal digits, with another moment or without")
    func explainTicket() throws {
        let reply = try commands.result(#"{"command":"ticket","hex":"78797A","at":"2026-03-01T07:45:00.000Z"}"#)
        #expect(reply["verdict"] == "refused" && reply["reason"] == "platform_unreachable" && reply["codec"] == .null)
        _ = try commands.result(#"{"command":"ticket","hex":"00"}"#)
        #expect(commands.explained.map(\.0) == [Array("xyz".utf8), [0]])
        #expect(commands.explained.map(\.at) == [WallTime(timestamp: "2026-03-01T07:45:00.000Z"), nil])
        #expect(commands.notices.isEmpty)
    }

    @Test("the last code of a scanner is asked for by its place; before any there is none")
    func scannedTicket() throws {
        #expect(
            commands.ask(#"{"command":"ticket_scanned","scanner":1}"#)
                == #"{"ok":true,"result":{"scanner":"s1","age_s":null,"ticket":null}}"# + "\n")
        #expect(try commands.result(#"{"command":"ticket_scanned"}"#)["scanner"] == "s0")
    }

    @Test(
        "what is no request is told what one looks like",
        arguments: [
            "\u{0}\u{1}\u{2}", "GET / HTTP/1.1", "[]", "7", "{}", #"{"command":7}"#, #"{"command":"status""#,
            #"{"command":"status"} x"#, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\u{FEFF}{}", "{\"command\":\"\\ud800\"}",
        ])
    func rubbish(line: String) throws {
        let reply = try JSONValue(parsing: commands.ask(line))
        #expect(reply["ok"] == false)
        #expect(reply["error"]?["code"] == "bad_request")
    }

    @Test("bytes that are not UTF-8 are answered in UTF-8")
    func notUTF8() throws {
        let reply = ControlDispatcher.reply(to: [0xFF, 0xFE, 0x80], of: commands.peer, from: commands)
        #expect(try JSONValue(parsing: Array(reply.dropLast()))["error"]?["code"] == "bad_request")
    }

    @Test("an unknown command gets the nearest known one")
    func unknown() {
        #expect(
            commands.ask(#"{"command":"stauts"}"#)
                == #"{"ok":false,"error":{"code":"unknown_command","text":"there is no command \"stauts\"; did you mean status?"}}"#
                + "\n")
    }

    @Test(
        "arguments that are wrong, or that the command does not take",
        arguments: [
            #"{"command":"status","x":1}"#, #"{"command":"taps","limit":0}"#, #"{"command":"taps","limit":"5"}"#,
            #"{"command":"taps","limit":501}"#, #"{"command":"taps","limit":1e999}"#, #"{"command":"taps","after":-1}"#,
            #"{"command":"sync","target":"all"}"#, #"{"command":"sync","full":1}"#, #"{"command":"set","key":"log.level"}"#,
            #"{"command":"set","key":"log.level","value":"loud"}"#, #"{"command":"set","key":"gps.report_interval_s","value":0}"#,
            #"{"command":"ticket"}"#, #"{"command":"ticket","hex":""}"#, #"{"command":"ticket","hex":"0"}"#,
            #"{"command":"ticket","hex":"00","at":"today"}"#, #"{"command":"ticket_scanned","scanner":-1}"#,
            #"{"command":"set","key":"nonsense","value":"1"}"#, #"{"command":"outbox_export","kind":"cards"}"#,
        ])
    func badArguments(line: String) throws {
        #expect(try JSONValue(parsing: commands.ask(line))["error"]?["code"] == "bad_argument")
        #expect(commands.settings.isEmpty && commands.synchronised.isEmpty)
    }

    @Test("settings that can change are applied, from text and from numbers")
    func set() throws {
        #expect(try commands.result(#"{"command":"set","key":"gps.report_interval_s","value":2}"#) == [:])
        #expect(try commands.result(#"{"command":"set","key":"indicators.volume_percent","value":"0"}"#) == [:])
        #expect(try commands.result(#"{"command":"set","key":"log.level","value":"debug"}"#) == [:])
        #expect(commands.settings == [.reportInterval(.seconds(2)), .volumePercent(0), .logLevel(.debug)])
    }

    @Test(
        "settings that cannot change while running say so",
        arguments: ["reader.baud", "reader[1].baud", "platform.token.kind", "device.id"])
    func fixedSettings(key: String) throws {
        let error = try JSONValue(parsing: commands.ask("{\"command\":\"set\",\"key\":\"\(key)\",\"value\":\"1\"}"))["error"]
        #expect(error?["code"] == "refused")
        #expect(error?["text"]?.string?.hasPrefix("\(key) cannot change while validatord runs") == true)
    }

    @Test("a setting that is misspelt gets the nearest known one")
    func misspelt() {
        #expect(
            commands.ask(#"{"command":"set","key":"gps.report_intervall","value":"1"}"#).contains(
                "did you mean gps.report_interval_s?"))
    }

    @Test("a synchronisation without a target is of everything")
    func sync() throws {
        #expect(try commands.result(#"{"command":"sync"}"#) == [:])
        #expect(try commands.result(#"{"command":"sync","target":"line","full":true}"#) == [:])
        #expect(commands.synchronised.map(\.0) == [.cards, .line, .keys, .line])
        #expect(commands.synchronised.map(\.full) == [false, false, false, true])
    }

    @Test("what the daemon cannot do is an error with its reason")
    func failure() throws {
        #expect(try commands.result(#"{"command":"outbox_retry"}"#) == ["retried": 1])
        commands.retryFailure = ControlError(.failed, "outbox.db: disk full; free some space")
        #expect(
            commands.ask(#"{"command":"outbox_retry"}"#)
                == #"{"ok":false,"error":{"code":"failed","text":"outbox.db: disk full; free some space"}}"# + "\n")
    }

    @Test("taps come oldest first, and only those after the one that is known")
    func taps() throws {
        for number in 1...5 { commands.history.append(.sample(card: "****\(number)")) }
        func cards(_ line: String) throws -> [String?] {
            try commands.result(line)["taps"]?.array?.map { $0["card"]?.string } ?? []
        }
        #expect(try cards(#"{"command":"taps","limit":2}"#) == ["****4", "****5"])
        #expect(try cards(#"{"command":"taps","after":3}"#) == ["****4", "****5"])
        #expect(try cards(#"{"command":"taps","after":5}"#) == [])
        #expect(
            try commands.result(#"{"command":"taps","limit":1}"#)["taps"]?.array?.first == [
                "sequence": 5, "time": "2023-11-14T22:13:20.123Z", "source": "r0", "card": "****5", "outcome": "accepted",
                "reason": "ok", "mode": "offline", "record": "00000000-0000-0001-0000-000000000002", "decide_us": 35,
                "durable_us": 900, "answer_us": 1254,
            ])
    }

    @Test("the history forgets the oldest taps and keeps counting")
    func history() {
        var history = TapHistory()
        for _ in 0..<TapHistory.capacity + 5 { history.append(.sample()) }
        let all = history.latest(Int.max)
        #expect(all.compactMap(\.sequence) == Array(6...TapHistory.capacity + 5))
        #expect(history.latest(3, after: 1004).map(\.sequence) == [1005])
    }

    @Test("records are named by row and id when they are marked as collected, and only so many at once")
    func collected() throws {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        let reply = try commands.result(#"{"command":"outbox_collected","records":[{"row":5,"id":"\#(id)"}]}"#)
        #expect(reply["collected"] == 1)
        #expect(commands.collected.map(\.row) == [5] && commands.collected.first?.id.description == id)
        let many = (1...201).map { #"{"row":\#($0),"id":"\#(id)"}"# }.joined(separator: ",")
        for records in ["[5]", #"[{"row":5}]"#, #"[{"row":5,"id":"x"}]"#, "{}", "[\(many)]"] {
            #expect(commands.ask(#"{"command":"outbox_collected","records":\#(records)}"#).contains("bad_argument"))
        }
        #expect(try commands.result(#"{"command":"outbox_uncollect"}"#)["returned"] == 4)
    }
}
