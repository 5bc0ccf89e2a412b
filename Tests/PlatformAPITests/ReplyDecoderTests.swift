import Base
import Fares
import PlatformAPI
import Testing

@Suite("Replies")
struct ReplyDecoderTests {
    private let format = makeFormat()
    private static let samples: [(PlatformRequest.Content, String)] = [
        (Asked.heartbeat, Samples.heartbeat), (Asked.fullList, Samples.cardList), (Asked.lineList, Samples.lineCardList),
        (Asked.check, Samples.check), (Asked.log, Samples.log), (Asked.keys, Samples.keys),
    ]

    @Test("the document's check and log replies")
    func verdicts() throws {
        #expect(summary(try format.decode(Samples.check, for: Asked.check)) == #"check Verdict(code: 0, message: "成功") 0"#)
        #expect(summary(try format.decode(Samples.log, for: Asked.log)) == #"log Verdict(code: 0, message: "成功")"#)
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
        #expect(summary(try format.decode(text, for: Asked.fullList)) == #"list Verdict(code: 0, message: "ok") 7 2 1 0"#)
    }

    @Test(
        "a reply fails only for what the box acts on: without it, it is missed by its name",
        arguments: [
            (Asked.heartbeat, Samples.heartbeat, ["ret_code"]), (Asked.check, Samples.check, ["ret_code"]),
            (Asked.log, Samples.log, ["ret_code"]),
            (Asked.fullList, Samples.cardList, ["ret_code", "version", "list"]),
            (Asked.lineList, Samples.lineCardList, ["ret_code", "version", "list"]),
            (Asked.keys, Samples.keys, ["ret_code", "version_code", "list"]),
        ])
    func missingFields(content: PlatformRequest.Content, text: String, names: [String]) {
        for name in names { expectMissed(name, in: text, for: content) }
    }

    @Test(
        "once ret_code says 0 a check and a log are settled, whatever else the reply lacks",
        arguments: [
            ("", 0), (#","sound_no":null"#, 0), (#","sound_no":"""#, 0), (#","sound_no":"none""#, 0), (#","sound_no":[]"#, 0),
            (#","sound_no":"7""#, 7), (#","sound_no":7.0"#, 7), (#","sound_no":" 7 ""#, 7), (#","ret_msg":null,"sound_no":3"#, 3),
            (#","ret_msg":{"text":"ok"},"sound_no":3"#, 3),
        ])
    func settled(rest: String, sound: Int) throws {
        for code in ["0", "\"0\"", "0.0", "\" 0\"", "00"] {
            let text = "{\"ret_code\":\(code)\(rest)}"
            #expect(summary(try format.decode(text, for: Asked.check)) == "check Verdict(code: 0, message: \"\") \(sound)")
            #expect(summary(try format.decode(text, for: Asked.log)) == #"log Verdict(code: 0, message: "")"#)
        }
    }

    private func expectMissed(_ name: String, in text: String, for content: PlatformRequest.Content) {
        let without = text.split(separator: "\"\(name)\"", omittingEmptySubsequences: false).joined(separator: "\"other\"")
        #expect(format.failure(without, for: content)?.hasSuffix("in the reply, \(name) is missing") == true)
    }

    @Test("the optional fields may be missing")
    func optionalFields() throws {
        for (content, text) in Self.samples {
            for name in ["req_id", "ret_msg", "enterprise_id", "time", "sound_no"] {
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
            summary(try format.decode(#"{"ret_code":5,"ret_msg":"no","sound_no":"?"}"#, for: Asked.check))
                == #"check Verdict(code: 5, message: "no") 0"#)
        let refused = #"{"list":[{"card_no":5}],"ret_code":7,"ret_msg":"busy","version":"1"}"#
        #expect(
            summary(try format.decode(refused, for: Asked.fullList))
                == #"list Verdict(code: 7, message: "busy") nil nil 0"#)
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
        #expect(format.failure(#"{"ret_code":0,"ret_msg":""}"#, for: .token) == "get_token: in the reply, token is missing")
    }

    @Test(
        "a token whose life cannot be used lives an hour, which is told",
        arguments: [
            ("7199.5", 7199, nil), (#""7200""#, 7200, nil), ("1e9", 365 * 86400, nil), ("null", 3600, nil), (#""""#, 3600, nil),
            ("0", 3600, "0"), ("-1", 3600, "-1"), (#""never""#, 3600, "never"),
        ] as [(String, Int, String?)])
    func tokenLives(value: String, seconds: Int, told: String?) throws {
        guard case .token(_, let token?) = try format.decode(#"{"token":"x","expires_in":\#(value)}"#, for: .token) else {
            throw WrongReply()
        }
        #expect(token.expiresInSeconds == seconds)
        #expect(
            token.oddLifetime?.description
                == told.map { "expires_in is \"\($0)\", should be a number of seconds above 0; taken for 3600" })
    }

    @Test("whatever surrounds a reply is passed over", arguments: ["\u{FEFF}", " \r\n\t", "\0"])
    func surroundings(before: String) throws {
        for after in ["", "\0", "\r\n<!-- 0.03s -->", "<br />\n<b>Notice</b>: x", "{\"ret_code\":5}", "\u{1A}"] {
            #expect(
                summary(try format.decode(before + #"{"ret_code":0,"ret_msg":"a\tb"}"# + after, for: Asked.log))
                    == #"log Verdict(code: 0, message: "a\tb")"#)
        }
        let text = before + "{\"ret_code\":7,\"ret_msg\":\"ORA-00001:\n\tat x\"}"
        #expect(summary(try format.decode(text, for: Asked.log)) == #"log Verdict(code: 7, message: "ORA-00001:\n\tat x")"#)
    }

    @Test("what is no JSON at all is shown")
    func notJSON() {
        let advice = "; check platform.base_url, and whether the network wants a login"
        #expect(
            format.failure("\r\n <html><head><title>中", for: Asked.log)
                == "offline_qrcode_log: reply is not JSON: starts with \"<html><head><title>...\"" + advice)
        #expect(format.failure("", for: Asked.log) == "offline_qrcode_log: reply is empty")
        #expect(format.failure("[]", for: Asked.log) == "offline_qrcode_log: reply is not a JSON object")
        #expect(format.failure("\"ok\"", for: Asked.log) == "offline_qrcode_log: reply is not a JSON object")
        #expect(format.failure(#"{"ret_code":0"#, for: Asked.log) == "offline_qrcode_log: reply is not JSON: cut off at byte 13")
    }

    @Test("a short reply is bounded, a list is not held to that bound")
    func bounds() throws {
        let filler = String(repeating: "{},", count: ReplyDecoder.maximumReplyBytes / 3)
        #expect(
            format.failure(#"{"x":[\#(filler)],"ret_code":0,"ret_msg":""}"#, for: Asked.log)
                == "offline_qrcode_log: reply is longer than 65536 bytes")
        let rows = (0..<5000).map { #"{"card_no":"\#(1000 + $0)","flag":\#($0 % 2)}"# }.joined(separator: ",")
        let list = #"{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"1","version":"1","list":[\#(rows)]}"#
        #expect(summary(try format.decode(list, for: Asked.fullList)).hasSuffix(" 5000 2500 0"))
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
