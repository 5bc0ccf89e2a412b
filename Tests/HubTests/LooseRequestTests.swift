import Base
import JSON
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices

/// What devices of other makers send, and what of it is kept.
@Suite("A loosely written request")
struct LooseRequestTests {
    struct Sent: Sendable, CustomTestStringConvertible {
        var call = "card_check_log"
        var headers: [String] = []
        var body: [UInt8]
        /// Of the record that is kept; nil when none is.
        var subject: String? = "00065537"
        /// Why nothing could be made of it, so that it is put aside.
        var reason: SetAsideReason?
        var position: Position?
        var status = 200
        var code = 0

        init(_ headers: [String], _ body: String) {
            self.headers = headers
            self.body = Array(body.utf8)
        }

        init(_ body: String) { self.init(["Content-Type: application/json"], body) }

        func with(_ change: (inout Sent) -> Void) -> Sent {
            var copy = self
            change(&copy)
            return copy
        }

        var testDescription: String { "\(headers) \(String(decoding: body, as: UTF8.self))" }
    }

    private static let json = #"{"device_id":"V","card_id":"00065537","time":"2026-08-03 07:45:00"}"#
    private static let form = "device_id=V&card_id=00065537&time=2026-08-03+07%3A45%3A00"
    private static let isForm = "Content-Type: application/x-www-form-urlencoded"
    private static let isJSON = "Content-Type: application/json"
    private static let parts = """
        --x7\r\nContent-Disposition: form-data; name="device_id"\r\n\r\nV\r\n--x7\r\ncontent-disposition: form-data; name=card_id\r
        Content-Type: text/plain\r\n\r\n00065537\r\n--x7\r\nContent-Disposition: form-data; name="time"\r\n\r\n260803074500\r\n--x7--\r\n
        """

    /// Which form the body has is told by its bytes.
    static let bodies: [Sent] = [
        Sent([isJSON], json), Sent([isForm], json), Sent([], json), Sent(["Content-Type: text/plain"], json),
        Sent(["Content-Type: application/json; charset=gbk"], json), Sent([isForm], " \r\n" + json),
        Sent([isJSON], "\u{FEFF}" + json), Sent([isForm], "\u{FEFF}" + json), Sent([isJSON], "\u{FEFF}\r\n" + json),
        Sent([isForm], form), Sent([], form), Sent([isJSON], form), Sent(["Content-Type: text/plain"], form),
        Sent(["content-type: Application/X-WWW-Form-Urlencoded; charset=UTF-8"], form), Sent([isForm], "\u{FEFF}" + form),
        Sent([isForm], form + "\r\n"), Sent(["Content-Type: application/octet-stream"], form),
        Sent(["Content-Type: multipart/form-data; boundary=x7"], parts),
        Sent(["Content-Type: multipart/form-data; boundary=\"x7\""], parts),
        Sent(["Content-Type: multipart/form-data"], parts), Sent([], parts), Sent([isForm], parts),
        Sent(["Content-Type: multipart/form-data; boundary=x7"], "This is a message.\r\n" + parts),
        Sent(["Content-Type: multipart/form-data; boundary=y8"], parts), Sent([], parts.replacing("--x7\r", with: "--x7 \t\r")),
        Sent(["Content-Type: multipart/form-data"], json), Sent(["Content-Type: multipart/form-data"], form),
        Sent([], parts.replacing("\r\n", with: "\n")), Sent([], parts.replacing("--x7--\r\n", with: "--x7--")),
    ]

    /// Strings for numbers, numbers for strings, blanks around either, and numbers of cards as they are printed.
    static let values: [Sent] = [
        Sent(json.replacing("\"00065537\"", with: "65537")).with { $0.subject = "65537" },
        Sent(json.replacing("00065537", with: "00065537  ")), Sent(json.replacing("00065537", with: "\\t00065537\\r\\n")),
        Sent(json.replacing("00065537", with: "00065537\\u0000\\u0000")),
        Sent(json.replacing("00065537", with: "04:a2:b3:c4")).with { $0.subject = "04A2B3C4" },
        Sent(json.replacing("00065537", with: "04-A2-B3-C4")).with { $0.subject = "04A2B3C4" },
        Sent([isForm], form.replacing("00065537", with: "+04%3Aa2%3Ab3%3Ac4+")).with { $0.subject = "04A2B3C4" },
        Sent(json.replacing("}", with: #","status":"0 ","req_id":7}"#)), Sent(json.replacing("}", with: #","status":0.0}"#)),
        Sent(json.replacing("}", with: #","status":false,"x":[{}],"y":{"z":1}}"#)),
        Sent(json.replacing("}", with: #","status":null}"#)),
        Sent(json.replacing("\"V\"", with: "12")), Sent(json.replacing("}", with: ",}")),
        // A ride is not made of a status that nobody knows.
        Sent(json.replacing("}", with: #","status":"ok"}"#)).with { ($0.subject, $0.reason) = (nil, .statusUnknown) },
        Sent(json.replacing("00065537", with: "0x65537")).with { ($0.subject, $0.reason) = (nil, .cardUnreadable) },
        Sent(json.replacing("00065537", with: " : ")).with { ($0.subject, $0.reason) = (nil, .cardUnreadable) },
    ]

    /// All of them 2026-08-03 07:45:00 in Shanghai.
    static let times: [Sent] = [
        "\"20260803074500\"", "20260803074500", "260803074500", "\"2026/08/03 07:45:00\"", "\"2026/8/3 7:45:00\"",
        "\"2026-08-03T07:45:00\"", "\"2026-08-03T07:45:00.000+08:00\"", "\"2026-08-02T23:45:00Z\"", "\"2026-08-03 07:45:00.0\"",
        "\" 2026-08-03 07:45:00 \"", "1785714300", "\"1785714300\"", "1785714300000", "\"1785714300000\"",
    ].map { Sent(json.replacing("\"2026-08-03 07:45:00\"", with: $0)) }

    static let badTimes: [Sent] =
        ["\"\"", "null"].map {
            Sent(json.replacing("\"2026-08-03 07:45:00\"", with: $0)).with { ($0.subject, $0.reason) = (nil, .timeMissing) }
        }
        + [
            "0", "\"yesterday\"", "\"0000-00-00 00:00:00\"", "\"2026-02-30 07:45:00\"", "\"20261303074500\"",
            "\"2026-08-03\"",
        ].map {
            Sent(json.replacing("\"2026-08-03 07:45:00\"", with: $0)).with { ($0.subject, $0.reason) = (nil, .timeUnreadable) }
        }

    /// What may be missing is missing when it is unusable.
    static let options: [Sent] = [
        (#""lat":"31.2","lng":"121.4""#, Position(latitude: 31.2, longitude: 121.4)),
        (#""lat":31.2,"lng":121.4"#, Position(latitude: 31.2, longitude: 121.4)),
        (#""lat":" 31.20 ","lng":"+0121.4""#, Position(latitude: 31.2, longitude: 121.4)),
        (#""lat":"-90","lng":"180""#, Position(latitude: -90, longitude: 180)),
        (#""lat":"91","lng":"121.4""#, nil), (#""lat":"31.2","lng":"-180.1""#, nil), (#""lat":"N/A","lng":"N/A""#, nil),
        (#""lat":"0x1F","lng":"121.4""#, nil), (#""lat":"nan","lng":"121.4""#, nil), (#""lat":"31.2","lng":"inf""#, nil),
        (#""lat":"","lng":"""#, nil), (#""lat":null,"lng":null"#, nil), (#""lat":"31.2""#, nil), (#""lat":0,"lng":0.0"#, nil),
        (#""lat":"31,2","lng":"121,4""#, nil), (#""lat":{},"lng":[]"#, nil), (#""lat":"3112.0000N","lng":"12124.00E""#, nil),
        (#""req_id":"\#(String(repeating: "7", count: 65))""#, nil), (#""req_id":"a\nb""#, nil), (#""req_id":null"#, nil),
        (#""req_id":[1]"#, nil),
    ].map { fields, position in
        Sent(json.replacing("}", with: ",\(fields)}")).with { $0.position = position }
    }

    /// A scanner's bytes are kept as they are where the body can carry them, a text without the blanks around it.
    static let tickets: [Sent] = [
        ("%80%FF%00", "hex:80ff00"), ("%80%FE%00", "hex:80fe00"), ("%D6%D0", "hex:d6d0"), ("+q%20", "q"), ("%E4%B8%AD", "中"),
        ("a%zz", "a%zz"),
    ].map { code, subject in
        Sent([isForm], "device_id=V&time=260803074500&qr_code=\(code)").with {
            ($0.call, $0.subject) = ("offline_qrcode_log", subject)
        }
    }

    static let neither: [Sent] = ["", "{", "[]", "\"text\"", "\"a=b\"", "<xml/>", "card"].map {
        Sent($0).with { ($0.subject, $0.code, $0.status) = (nil, 1001, 400) }
    }

    @Test("is read by what it means", arguments: bodies + values + times + badTimes + options + tickets + neither)
    func table(sent: Sent) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await RawConnection.reply(
                port: hub.port, head: ["POST /api/\(sent.call) HTTP/1.1"] + sent.headers, body: sent.body)
            #expect(reply.status == sent.status)
            #expect(reply.code == sent.code)
            let records = try hub.records()
            #expect(records.map(\.subject) == (sent.subject.map { [$0] } ?? []))
            #expect(try await hub.setAside().map(\.reason) == (sent.reason.map { [$0] } ?? []))
            #expect(records.allSatisfy { $0.time == WallTime(seconds: 1_785_714_300) && $0.position == sent.position })
        }
    }

    @Test(
        "of a heartbeat is answered, with whatever of its position can be used",
        arguments: [
            (
                #""lat":"31.2","lng":"121.4","speed":"36","course":"90""#,
                Position(latitude: 31.2, longitude: 121.4, speedKilometresPerHour: 36, course: 90)
            ),
            (#""lat":"31.2","lng":"121.4","speed":"-1","course":"511""#, Position(latitude: 31.2, longitude: 121.4)),
            (#""lat":"31.2","lng":"121.4","speed":"N/A","course":null"#, Position(latitude: 31.2, longitude: 121.4)),
            (#""lat":"99","lng":"121.4","speed":"36","course":"90""#, nil), (#""lat":"V","lng":"V""#, nil),
        ] as [(String, Position?)])
    func heartbeat(fields: String, position: Position?) async throws {
        let folder = TemporaryFolder()
        let modes =
            #""check_mode":true,"check_card_mode":"1 ","qrcode_mode":1.0,"card_mode":1,"white_mode":1,"is_line_white":false"#
        let versions = #""version_code_all":0,"version_code_add":"","line_version_code_all":null,"software_ver":"7""#
        let body = #"{"device_id":"V","time":"20260803074500",\#(modes),\#(versions),\#(fields)}"#
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.post("location_report", body: Array(body.utf8), type: "application/x-www-form-urlencoded")
            #expect(reply.code == 0 && reply["white_mode"] == 1)
            #expect(try hub.database().devices.find("V")?.position == position)
        }
    }
}
