import Base
import Fares
import PlatformAPI
import Testing

@Suite("Replies")
struct ReplyDecoderTests {
    private let format = makeFormat()
    private static let heartbeat = PlatformRequest.Content.heartbeat(
        .init(time: morning, position: nil, modes: Modes(), versions: Versions()))
    private static let check = PlatformRequest.Content.check(.ticket([0x31]), .online, position: nil, time: morning)
    private static let log = PlatformRequest.Content.log(.ticket([0x31]), status: 0, position: nil, time: morning)
    private static let fullList = PlatformRequest.Content.fullCardList(token: "t", enterpriseID: nil)
    private static let lineList = PlatformRequest.Content.lineCardList(token: "t", enterpriseID: nil)
    private static let keys = PlatformRequest.Content.keys(token: "t")

    private static let samples: [(PlatformRequest.Content, String)] = [
        (heartbeat, Samples.heartbeat), (fullList, Samples.cardList), (lineList, Samples.lineCardList),
        (check, Samples.check), (log, Samples.log), (keys, Samples.keys),
    ]

    private func failure(_ text: String, for content: PlatformRequest.Content) -> String? {
        do throws(ExchangeFailure) {
            _ = try format.decode(text, for: content)
            return nil
        } catch {
            #expect(error.kind == .undecodable)
            return error.text
        }
    }

    @Test("the document's heartbeat reply")
    func heartbeatSample() throws {
        guard case .heartbeat(let reply) = try format.decode(Samples.heartbeat, for: Self.heartbeat) else {
            return _ = Issue.record("not a heartbeat reply")
        }
        let content = try #require(reply.content)
        #expect(reply.verdict == .init(code: 0, message: "成功"))
        #expect(content.enterpriseID == "398")
        #expect(content.serverTime == WallTime(seconds: 1_566_634_814))
        var modes = Modes()
        modes.lineListRequired = true
        #expect(content.modes == modes)
        var versions = Versions()
        (versions.cards, versions.cardIncrement) = ("13604572", "53961084")
        (versions.lineCards, versions.keys) = ("53961004", "1526005635")
        #expect(content.versions == versions)
        #expect(content.window?.start == morning)
        #expect(content.window?.end == morning + .seconds(7200))
    }

    @Test(
        "the document's lists: the empty card_no is skipped and counted",
        arguments: [
            (fullList, Samples.cardList), (lineList, Samples.lineCardList),
        ])
    func listSamples(content: PlatformRequest.Content, text: String) throws {
        #expect(
            summary(try format.decode(text, for: content))
                == #"list Verdict(code: 0, message: "成功") 52604317 1 1 1"#)
    }

    @Test("the document's key group")
    func keysSample() throws {
        guard case .keys(_, let group?) = try format.decode(Samples.keys, for: Self.keys) else {
            return _ = Issue.record("no key group")
        }
        #expect(group.version == "1526005635")
        #expect(group.keys.map(\.id) == [1, 2, 3, 4])
        #expect(group.keys.map(\.text) == ["a84a6ce9", "9c797cdb", "c797cd9a", "c7da847c"])
    }

    @Test("the document's check and log replies")
    func verdicts() throws {
        #expect(summary(try format.decode(Samples.check, for: Self.check)) == #"check Verdict(code: 0, message: "成功") 0"#)
        #expect(summary(try format.decode(Samples.log, for: Self.log)) == #"log Verdict(code: 0, message: "成功")"#)
    }

    @Test("a reply split at any byte says the same, and one cut off there is an error", arguments: samples)
    func splits(content: PlatformRequest.Content, text: String) throws {
        let bytes = Array(text.utf8)
        let whole = summary(try format.decode(text, for: content))
        for split in 0..<bytes.count {
            #expect(summary(try format.decode([Array(bytes[..<split]), Array(bytes[split...])], for: content)) == whole)
            #expect(throws: ExchangeFailure.self) { try format.decode([Array(bytes[..<split])], for: content) }
        }
    }

    @Test("members may come in any order, numbers as strings and strings as numbers")
    func anyOrder() throws {
        let text =
            #"{"list":[{"flag":0,"card_no":65537},{"x":{"card_no":"1"},"flag":"1","card_no":"abc"}],"#
            + #""version":7,"time":"3","enterprise_id":398,"extra":[{"card_no":"9"}],"ret_msg":"ok","ret_code":"0"}"#
        #expect(summary(try format.decode(text, for: Self.fullList)) == #"list Verdict(code: 0, message: "ok") 7 2 1 0"#)
    }

    @Test(
        "each necessary field of a heartbeat reply is missed by its name",
        arguments: [
            "ret_code", "ret_msg", "server_time", "version_code", "check_mode", "check_card_mode", "qrcode_mode", "card_mode",
            "white_mode", "version_code_all", "version_code_add", "line_version_code_all", "is_line_white",
            "check_start_time_format", "check_end_time_format",
        ])
    func missingHeartbeatField(name: String) {
        expectMissed(name, in: Samples.heartbeat, for: Self.heartbeat)
    }

    @Test(
        "each necessary field of the other replies is missed by its name",
        arguments: [
            (fullList, Samples.cardList, ["enterprise_id", "time", "ret_code", "ret_msg", "version", "list"]),
            (lineList, Samples.lineCardList, ["enterprise_id", "time", "ret_code", "ret_msg", "version", "list"]),
            (check, Samples.check, ["ret_code", "sound_no", "ret_msg"]),
            (log, Samples.log, ["ret_code", "ret_msg"]),
            (keys, Samples.keys, ["ret_code", "ret_msg", "version_code", "list"]),
        ])
    func missingFields(content: PlatformRequest.Content, text: String, names: [String]) {
        for name in names { expectMissed(name, in: text, for: content) }
    }

    private func expectMissed(_ name: String, in text: String, for content: PlatformRequest.Content) {
        let without = text.split(separator: "\"\(name)\"", omittingEmptySubsequences: false).joined(separator: "\"other\"")
        #expect(failure(without, for: content)?.hasSuffix("in the reply, \(name) is missing") == true)
    }

    @Test("the optional fields may be missing")
    func optionalFields() throws {
        for (content, text) in Self.samples {
            let names = content.isHeartbeat ? ["req_id", "enterprise_id"] : ["req_id"]
            for name in names {
                let without = text.split(separator: "\"\(name)\"").joined(separator: "\"other\"")
                #expect(throws: Never.self) { try format.decode(without, for: content) }
            }
        }
    }

    @Test("an error reply may lack everything but its code")
    func errorReplies() throws {
        for content in try everyContent() {
            let reply = summary(try format.decode(#"{"ret_code":"1001"}"#, for: content))
            #expect(reply.contains(#"Verdict(code: 1001, message: "")"#))
        }
        #expect(
            summary(try format.decode(#"{"ret_code":5,"ret_msg":"no","sound_no":"?"}"#, for: Self.check))
                == #"check Verdict(code: 5, message: "no") 0"#)
        let refused = #"{"list":[{"card_no":5}],"ret_code":7,"ret_msg":"busy","version":"1"}"#
        #expect(
            summary(try format.decode(refused, for: Self.fullList))
                == #"list Verdict(code: 7, message: "busy") nil nil 0"#)
    }

    @Test(
        "an unreadable server time or window is none, a window needs both its ends",
        arguments: [
            #""""#, #""soon""#, "null", "0",
        ])
    func unreadableTimes(value: String) throws {
        for name in ["server_time", "check_start_time_format", "check_end_time_format"] {
            let text = Samples.heartbeat.replacing(member: name, with: value)
            guard case .heartbeat(let reply) = try format.decode(text, for: Self.heartbeat) else {
                return _ = Issue.record("not a heartbeat reply")
            }
            let content = try #require(reply.content)
            #expect((content.serverTime == nil) == (name == "server_time"))
            #expect((content.window == nil) == (name != "server_time"))
        }
    }

    @Test(
        "an empty version is that of no list, \"0\"",
        arguments: ["version_code", "version_code_all", "version_code_add", "line_version_code_all"])
    func emptyVersions(name: String) throws {
        for value in [#""""#, "null"] {
            let text = Samples.heartbeat.replacing(member: name, with: value)
            guard case .heartbeat(let reply) = try format.decode(text, for: Self.heartbeat) else {
                return _ = Issue.record("not a heartbeat reply")
            }
            let versions = try #require(reply.content).versions
            let all = [versions.keys, versions.cards, versions.cardIncrement, versions.lineCards]
            #expect(all.count { $0 == "0" } == 1)
        }
        let list = #"{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"1","version":"","list":[]}"#
        #expect(summary(try format.decode(list, for: Self.fullList)).contains(" 0 0 0 0"))
    }

    @Test(
        "a wrong value is named together with what is allowed",
        arguments: [
            ("card_mode", "2", "card_mode is \"2\", must be 0 or 1"),
            ("white_mode", #""on""#, "white_mode is \"on\", must be a whole number"),
            ("ret_code", "1.5", "ret_code is \"1.5\", must be a whole number"),
            ("check_mode", "null", "check_mode is \"\", must be a whole number"),
        ])
    func wrongValues(name: String, value: String, message: String) {
        let text = Samples.heartbeat.replacing(member: name, with: value)
        #expect(failure(text, for: Self.heartbeat) == "location_report: in the reply, " + message)
    }

    @Test(
        "a list with a bad row is refused whole, and the row is named",
        arguments: [
            (#"{"flag":1}"#, "card_no of list row 2 is missing"),
            (#"{"card_no":"2"}"#, "flag of list row 2 is missing"),
            (#"{"card_no":"2","flag":"9"}"#, "flag of list row 2 is \"9\", must be 0 or 1"),
            (#""2""#, "list row 2 is not an object"),
            (#"[{"card_no":"2","flag":1}]"#, "list row 2 is not an object"),
        ])
    func badRows(row: String, message: String) {
        let text =
            #"{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"1","version":"1","list":"#
            + #"[{"card_no":"1","flag":1},\#(row),{"card_no":"3","flag":5}]}"#
        #expect(failure(text, for: Self.fullList) == "get_card_list: in the reply, " + message)
    }

    @Test("card numbers that are not hexadecimal are skipped and counted")
    func skipped() throws {
        let rows = ["", "xyz", "12 34", String(repeating: "1", count: 31), "0Ab"].map { #"{"card_no":"\#($0)","flag":1}"# }
            .joined(separator: ",")
        let text = #"{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"1","version":"1","list":[\#(rows)]}"#
        #expect(summary(try format.decode(text, for: Self.fullList)).hasSuffix(" 1 1 1 4"))
    }

    @Test("a key that a ticket could not name is an error; one without text is left out, since anyone could sign with it")
    func oddKeys() throws {
        func reply(_ rows: String) -> String { #"{"ret_code":0,"ret_msg":"","version_code":"2","list":[\#(rows)]}"# }
        #expect(
            failure(reply(#"{"key_id":300,"key":"a"}"#), for: Self.keys) == """
                get_qrcode_keys: in the reply, key_id of list row 1 is "300", must be 0 to 255, \
                since a ticket names its key in one byte
                """)
        let text = reply(#"{"key_id":1},{"key_id":2,"key":""},{"key_id":3,"key":null},{"key":"b","key_id":255}"#)
        guard case .keys(_, let group?) = try format.decode(text, for: Self.keys) else {
            return _ = Issue.record("no key group")
        }
        #expect(group.keys == [KeyGroup.Key(id: 255, text: "b")])
    }

    @Test("a token's life defaults to an hour; its names are settings, and ret_code may be missing")
    func tokens() throws {
        func token(_ text: String, _ format: WireFormat = makeFormat()) throws -> PlatformReply.Token? {
            guard case .token(_, let token) = try format.decode(text, for: .token) else { return nil }
            return token
        }
        #expect(try token(#"{"ret_code":0,"token":"x"}"#) == .init(text: "x", expiresInSeconds: 3600))
        #expect(try token(#"{"token":"x","expires_in":"60"}"#) == .init(text: "x", expiresInSeconds: 60))
        let renamed = makeFormat {
            $0.tokenCall.tokenField = "access"
            $0.tokenCall.expiresInField = "ttl"
        }
        #expect(try token(#"{"access":"y","ttl":5,"expires_in":9}"#, renamed) == .init(text: "y", expiresInSeconds: 5))
        #expect(failure(#"{"ret_code":0,"ret_msg":""}"#, for: .token) == "get_token: in the reply, token is missing")
        #expect(failure(#"{"token":"x","expires_in":0}"#, for: .token)?.contains("expires_in is \"0\"") == true)
    }

    @Test("what is no JSON at all is shown")
    func notJSON() {
        let advice = "; check platform.base_url, and whether the network wants a login"
        #expect(
            failure("\r\n <html><head><title>中", for: Self.log)
                == "offline_qrcode_log: reply is not JSON: starts with \"<html><head><title>...\"" + advice)
        #expect(failure("", for: Self.log) == "offline_qrcode_log: reply is empty")
        #expect(failure("[]", for: Self.log) == "offline_qrcode_log: reply is not a JSON object")
        #expect(failure("\"ok\"", for: Self.log) == "offline_qrcode_log: reply is not a JSON object")
        #expect(failure(#"{"ret_code":0"#, for: Self.log) == "offline_qrcode_log: reply is not JSON: cut off at byte 13")
    }

    @Test("a short reply is bounded, a list is not held to that bound")
    func bounds() throws {
        let filler = String(repeating: "{},", count: ReplyDecoder.maximumReplyBytes / 3)
        #expect(
            failure(#"{"x":[\#(filler)],"ret_code":0,"ret_msg":""}"#, for: Self.log)
                == "offline_qrcode_log: reply is longer than 65536 bytes")
        let rows = (0..<5000).map { #"{"card_no":"\#(1000 + $0)","flag":\#($0 % 2)}"# }.joined(separator: ",")
        let list = #"{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"1","version":"1","list":[\#(rows)]}"#
        #expect(summary(try format.decode(list, for: Self.fullList)).hasSuffix(" 5000 2500 0"))
    }

    @Test("garbled replies never crash", arguments: 0..<6 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for (content, text) in Self.samples {
            for _ in 0..<100 {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
                    }
                }
                let whole = Result { () throws(ExchangeFailure) in summary(try format.decode([bytes], for: content)) }
                let split = Result { () throws(ExchangeFailure) in
                    summary(try format.decode([Array(bytes[..<20]), Array(bytes[20...])], for: content))
                }
                if case .success(let text) = whole { #expect((try? split.get()) == text) }
            }
        }
    }
}

extension PlatformRequest.Content {
    fileprivate var isHeartbeat: Bool {
        if case .heartbeat = self { true } else { false }
    }
}

extension String {
    /// The sample with another value for one member, which stands on a line of its own.
    fileprivate func replacing(member name: String, with value: String) -> String {
        split(separator: "\n").map { line in
            line.contains("\"\(name)\"") ? "\"\(name)\": \(value)," : String(line)
        }.joined(separator: "\n")
    }
}
