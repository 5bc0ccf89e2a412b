import Base
import PlatformAPI
import Testing

@Suite("The platform's side")
struct DeviceRequestTests {
    private func request(_ call: PlatformCall, _ body: String, form: Bool = false) throws(FieldError) -> DeviceRequest {
        try DeviceRequest(
            call: call, contentType: form ? "application/x-www-form-urlencoded; charset=utf-8" : "application/json",
            body: Array(body.utf8))
    }

    private func problem(_ call: PlatformCall, _ body: String) -> String? {
        do throws(FieldError) {
            _ = try request(call, body).content(timeZone: FixedZone.shanghai)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("what a box sends is what the platform reads, in either body and time format", arguments: WireFormat.Body.allCases)
    func roundTrip(body: WireFormat.Body) throws {
        for timeFormat in TimeFormat.allCases {
            let format = makeFormat {
                $0.body = body
                $0.timeFormat = timeFormat
                $0.tokenCall.secret = "a+b &=%中"
            }
            for content in try everyContent() {
                let sent = format.encode(content)
                let read = try DeviceRequest(call: PlatformCall(content), contentType: sent.contentType, body: sent.body)
                #expect(read.requestID == requestIDText)
                #expect(read.deviceID == (read.call == .keys ? nil : "VLD0001"))
                if read.call == .token { #expect(read["secret"] == "a+b &=%中") }
                // Encoding what was read must give the same bytes again.
                #expect(format.encode(try read.content(timeZone: format.timeZone)) == sent)
            }
        }
    }

    @Test("strings where numbers should be, numbers where strings should be, and unknown fields are taken")
    func tolerance() throws {
        let read = try request(.cardCheck, #"{'device_id':7,"card_id":65537,"check_mode":"0","time":230803074500,"x":[1],}"#)
        #expect(read.deviceID == "7")
        let content = try read.content(timeZone: FixedZone.shanghai)
        guard case .check(.card(let number), .online, position: nil, time: morning) = content
        else { return _ = Issue.record("not a card check") }
        #expect(number == (try card("65537")))
        #expect(read["x"] == nil)
    }

    @Test("what the document gives a default may be missing: check_mode of a card is offline, a log's status 0")
    func defaults() throws {
        let body = #"{"device_id":"d","card_id":"1","time":"2023-08-03 07:45:00"}"#
        guard case .check(_, .offline, _, _) = try request(.cardCheck, body).content(timeZone: FixedZone.shanghai),
            case .log(_, status: 0, _, _) = try request(.cardLog, body).content(timeZone: FixedZone.shanghai)
        else { return _ = Issue.record("not the defaults") }
    }

    @Test(
        "the first missing or wrong field is named",
        arguments: [
            (.cardCheck, "{}", "device_id is missing"),
            (.cardCheck, #"{"device_id":""}"#, "device_id is missing"),
            (.cardCheck, #"{"device_id":"d"}"#, "card_id is missing"),
            (.cardCheck, #"{"device_id":"d","card_id":"x"}"#, "card_id is \"x\", must be 1 to 30 hexadecimal digits"),
            (
                .cardCheck, #"{"device_id":"d","card_id":"1","time":"now"}"#,
                "time is \"now\", must be yyyy-MM-dd HH:mm:ss or yyMMddHHmmss"
            ),
            (
                .cardCheck, #"{"device_id":"d","card_id":"1","time":"230803074500","check_mode":7}"#,
                "check_mode is \"7\", must be 0 or 1"
            ),
            (
                .cardLog, #"{"device_id":"d","card_id":"1","status":3,"time":"230803074500"}"#,
                "status is \"3\", must be 0, 1 or 2"
            ),
            (.ticketCheck, #"{"device_id":"d","qr_code":"q","time":"230803074500"}"#, "check_mode is missing"),
            (.ticketLog, #"{"device_id":"d","time":"230803074500"}"#, "qr_code is missing"),
            (.cardList, #"{"device_id":"d","type":1}"#, "token is missing"),
            (.cardList, #"{"device_id":"d","token":"t","type":3}"#, "type is \"3\", must be 1 (full) or 2 (increment)"),
            (.lineCardList, #"{"device_id":"d"}"#, "token is missing"),
            (.keys, "{}", "token is missing"),
            (.heartbeat, #"{"device_id":"d"}"#, "software_ver is missing"),
            (.token, "[]", "body is not a JSON object"),
            (.token, "", "body is not JSON: nothing there, expected a value at byte 0"),
        ] as [(PlatformCall, String, String)])
    func problems(call: PlatformCall, body: String, message: String) {
        #expect(problem(call, body) == message)
    }

    @Test("a body longer than allowed is refused")
    func bounded() {
        #expect(problem(.token, String(repeating: " ", count: 65537)) == "body is longer than 65536 bytes")
    }

    @Test("a message quotes little of a wrong field, also when it is one character of many scalars")
    func shortMessages() throws {
        let time = "e" + String(repeating: "\u{301}", count: 10_000)
        let message = try #require(problem(.cardLog, #"{"device_id":"d","card_id":"1","time":"\#(time)"}"#))
        #expect(message.hasPrefix("time is ") && message.utf8.count < 300)
    }

    @Test("broken form escapes stand for themselves, fields without a value are empty")
    func brokenForm() throws {
        let read = try request(.token, "&device_id=a%zz%4&&app_id&secret=%E4%B8%AD&req_id==", form: true)
        #expect(read.deviceID == "a%zz%4")
        #expect(read["app_id"] == "")
        #expect(read["secret"] == "中")
        #expect(read.requestID == "=")
    }

    @Test(
        "what is kept of a record says the same again, without what proves its sender",
        arguments: [
            (
                #"{"card_id":1.50,"token":"t","x":{"a_secret":{"b":[1]},"c":[{"Password":null}]},}"#,
                #"{"card_id":1.50,"x":{"c":[{}]}}"#
            ),
            (#"{"app-id":"a","card_id":"\u0000ä"}"#, #"{"card_id":"\u0000ä"}"#),
            ("card_id=%e4%b8%AD+x&token=t&Authorization=u", "card_id=%E4%B8%AD+x"),
            ("token=t&--x=1&card_id=2", "&--x=1&card_id=2"),
            ("&card_id=%&a", "card_id=%25&a="),
            ("--b\r\nContent-Disposition: form-data; name=card_id\r\n\r\nA=B\r\n--b--", "card_id=A%3DB"),
        ])
    func kept(sent: String, expected: String) throws {
        let request = try DeviceRequest(call: .cardLog, contentType: nil, body: Array(sent.utf8))
        #expect(request.isRecord && String(decoding: request.bodyWithoutCredentials, as: UTF8.self) == expected)
        let again = try DeviceRequest(call: .cardLog, kept: request.bodyWithoutCredentials)
        #expect(again.isRecord && again.presented == request.presented)
        #expect(again.bodyWithoutCredentials == request.bodyWithoutCredentials)
    }

    @Test("rubbish is an error, never a crash", arguments: 0..<4 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for contentType in [nil, "application/json", "application/x-www-form-urlencoded"] {
                let read = try? DeviceRequest(call: .heartbeat, contentType: contentType, body: bytes)
                #expect((try? read?.content(timeZone: FixedZone.shanghai)) == nil)
            }
        }
    }

    // MARK: The code of a ticket

    /// `qr_code` as it was read; nil when that was refused.
    private func code(_ body: [UInt8]) throws -> [UInt8]? {
        let read = try DeviceRequest(call: .ticketLog, contentType: nil, body: body)
        guard case .log(.ticket(let payload), _, _, _)? = try? read.content(timeZone: FixedZone.shanghai) else { return nil }
        return payload
    }

    @Test(
        "white space around a text code does not count, and none within it is lost",
        arguments: [
            ("TX1", "TX1"), (" TX1", "TX1"), ("TX1   ", "TX1"), ("\tTX1\r\n", "TX1"), (" T X\t1 ", "T X\t1"), ("票 ", "票"),
            (" ", nil), ("", nil), ("\u{2}TX1", "\u{2}TX1"), ("HELLO WORLD", "HELLO WORLD"),
        ] as [(String, String?)])
    func textCode(sent: String, read: String?) throws {
        let form = sent.utf8.map { "%" + hexadecimal([$0]) }.joined()
        let json = sent.unicodeScalars.map { "\\u" + hexadecimal([UInt8($0.value >> 8), UInt8($0.value & 255)]) }.joined()
        for body in [
            "device_id=d&time=230803074500&qr_code=\(form)",
            "{\"device_id\":\"d\",\"time\":\"230803074500\",\"qr_code\":\"\(json)\"}",
        ] {
            #expect(try code(Array(body.utf8)) == read.map { Array($0.utf8) }, "\(body)")
        }
    }

    @Test(
        "of a binary code every byte counts, blanks and line ends at its ends too",
        arguments: [[0x20, 0xFF, 0x20], [0xFF, 0x0A], [0x0D, 0x0A, 0x80, 0x09], [0xFF]] as [[UInt8]])
    func binaryCode(payload: [UInt8]) throws {
        let form = payload.map { "%" + hexadecimal([$0]) }.joined()
        #expect(try code(Array("device_id=d&time=230803074500&qr_code=\(form)".utf8)) == payload)
    }
}
