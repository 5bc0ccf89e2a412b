import Base
import Fares
import JSON
import PlatformAPI
import Testing

@Suite("Requests on the wire")
struct WireRequestTests {
    private func json(_ content: PlatformRequest.Content, _ format: WireFormat = makeFormat()) -> String {
        String(decoding: format.encode(content).body, as: UTF8.self)
    }

    private func heartbeat(_ position: Position?) -> PlatformRequest.Content {
        var versions = Versions()
        (versions.cards, versions.cardIncrement, versions.lineCards) = ("13604572", "53961084", "53961004")
        var modes = Modes()
        modes.lineListRequired = true
        return .heartbeat(.init(time: morning, position: position, modes: modes, versions: versions))
    }

    @Test("location_report has each field of table 3.1, with its type")
    func heartbeatBody() {
        #expect(
            json(heartbeat(bund)) == """
                {"req_id":"\(requestIDText)","device_id":"VLD0001","time":"2023-08-03 07:45:00","lng":"121.499800",\
                "lat":"31.239700","course":"271.3","speed":"23.5","check_mode":1,"check_card_mode":1,"qrcode_mode":1,\
                "card_mode":1,"white_mode":1,"version_code_all":"13604572","version_code_add":"53961084",\
                "software_ver":10203,"line_version_code_all":"53961004","is_line_white":1}
                """)
    }

    @Test("without a fix, position, speed and course are left out")
    func noFix() throws {
        let body = try JSONValue(parsing: json(heartbeat(nil)))
        let names = body.object?.members.map(\.key) ?? []
        #expect(names.count == 13)
        #expect(Set(names).isDisjoint(with: ["lng", "lat", "course", "speed"]))
    }

    @Test("a fix without speed and course says where it is, no more")
    func firstFix() throws {
        let body = try JSONValue(parsing: json(heartbeat(Position(latitude: 31, longitude: 121))))
        #expect(body["lat"] == "31.000000")
        #expect(body["course"] == nil)
        #expect(body["speed"] == nil)
    }

    @Test(
        "each switch goes out under its own name",
        arguments: [
            ("check_mode", \Modes.ticketCheck), ("check_card_mode", \Modes.cardCheck),
        ] as [(String, WritableKeyPath<Modes, CheckMode> & Sendable)])
    func checkModes(name: String, path: WritableKeyPath<Modes, CheckMode> & Sendable) throws {
        var modes = Modes()
        modes[keyPath: path] = .online
        try expectOnly(name, differs: modes)
    }

    @Test(
        "each function switch goes out under its own name",
        arguments: [
            ("qrcode_mode", \Modes.ticketsEnabled), ("card_mode", \Modes.cardsEnabled),
            ("white_mode", \Modes.whiteListRequired), ("is_line_white", \Modes.lineListRequired),
        ] as [(String, WritableKeyPath<Modes, Bool> & Sendable)])
    func switches(name: String, path: WritableKeyPath<Modes, Bool> & Sendable) throws {
        var modes = Modes()
        modes[keyPath: path].toggle()
        try expectOnly(name, differs: modes)
    }

    private func expectOnly(_ name: String, differs modes: Modes) throws {
        func body(_ modes: Modes) throws -> [JSONObject.Member] {
            try JSONValue(
                parsing: json(
                    .heartbeat(
                        .init(time: morning, position: nil, modes: modes, versions: Versions())))
            ).object?.members ?? []
        }
        let changed = zip(try body(Modes()), try body(modes)).filter { $0 != $1 }.map(\.0.key)
        #expect(changed == [name])
    }

    @Test("card_check and ticket_check have each field of tables 4.2 and 5.3")
    func checks() throws {
        #expect(
            json(.check(.card(try card("00065537")), .offline, position: bund, time: morning)) == """
                {"req_id":"\(requestIDText)","check_mode":1,"device_id":"VLD0001","card_id":"00065537","lng":"121.499800",\
                "lat":"31.239700","time":"2023-08-03 07:45:00"}
                """)
        #expect(
            json(.check(.ticket(Array("a\"中".utf8)), .online, position: nil, time: morning)) == """
                {"req_id":"\(requestIDText)","check_mode":0,"device_id":"VLD0001","qr_code":"a\\"中","time":"2023-08-03 07:45:00"}
                """)
    }

    @Test("card_check_log and offline_qrcode_log have each field of tables 4.3 and 5.4, status as a string")
    func logs() throws {
        #expect(
            json(.log(.card(try card("04a2b3c4d5e680")), status: 2, position: nil, time: morning)) == """
                {"req_id":"\(requestIDText)","device_id":"VLD0001","card_id":"04A2B3C4D5E680","time":"2023-08-03 07:45:00",\
                "status":"2"}
                """)
        #expect(
            json(.log(.ticket(Array("VT1ABC".utf8)), status: 0, position: bund, time: morning)) == """
                {"req_id":"\(requestIDText)","device_id":"VLD0001","qr_code":"VT1ABC","lng":"121.499800","lat":"31.239700",\
                "time":"2023-08-03 07:45:00","status":"0"}
                """)
    }

    @Test("the list, key and token calls have each field of tables 4.1, 4.4 and 5.2")
    func fetches() {
        let id = "\"req_id\":\"\(requestIDText)\""
        #expect(
            json(.fullCardList(token: "t", enterpriseID: "398"))
                == "{\(id),\"enterprise_id\":\"398\",\"token\":\"t\",\"device_id\":\"VLD0001\",\"type\":1}")
        #expect(
            json(.cardIncrement(token: "t", enterpriseID: nil))
                == "{\(id),\"token\":\"t\",\"device_id\":\"VLD0001\",\"type\":2}")
        #expect(
            json(.lineCardList(token: "t", enterpriseID: "398"))
                == "{\(id),\"enterprise_id\":\"398\",\"token\":\"t\",\"device_id\":\"VLD0001\"}")
        #expect(json(.keys(token: "t")) == "{\(id),\"token\":\"t\"}")
        #expect(json(.token) == "{\(id),\"device_id\":\"VLD0001\",\"app_id\":\"\",\"secret\":\"\"}")
    }

    @Test("the token call's names are settings")
    func tokenNames() {
        let format = makeFormat {
            $0.tokenCall.call = "auth/login"
            $0.tokenCall.applicationID = "bus"
            $0.tokenCall.applicationIDField = "client"
            $0.tokenCall.secret = "s"
            $0.tokenCall.secretField = "pass"
        }
        #expect(format.encode(.token).url == "https://platform.example/hw/auth/login")
        #expect(
            json(.token, format)
                == #"{"req_id":"\#(requestIDText)","device_id":"VLD0001","client":"bus","pass":"s"}"#)
    }

    @Test("every call has its own address, with or without a slash behind the base", arguments: ["", "/"])
    func addresses(slash: String) throws {
        let format = makeFormat { $0.baseURL = "http://10.0.0.1:8080/api" + slash }
        #expect(
            try everyContent().map { format.encode($0).url }
                == [
                    "location_report", "card_check", "ticket_check", "card_check_log", "offline_qrcode_log", "get_card_list",
                    "get_card_list", "get_line_card_list", "get_qrcode_keys", "get_token",
                ].map { "http://10.0.0.1:8080/api/" + $0 })
    }

    @Test("a form body says the same, percent-encoded")
    func form() throws {
        let format = makeFormat { $0.body = .form }
        let request = format.encode(.check(.ticket(Array("a&b=c 中%".utf8)), .online, position: nil, time: morning))
        #expect(request.contentType == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "req_id=\(requestIDText)&check_mode=0&device_id=VLD0001&qr_code=a%26b%3Dc+%E4%B8%AD%25"
                + "&time=2023-08-03+07%3A45%3A00")
        #expect(makeFormat().encode(.token).contentType == "application/json")
    }

    @Test("a code that is not UTF-8 goes out whole, in hexadecimal digits or in base64, in JSON as in a form")
    func notUTF8() {
        let content = PlatformRequest.Content.check(.ticket([0x41, 0xFF, 0xBE, 0x00]), .online, position: nil, time: morning)
        #expect(json(content).contains(#""qr_code":"41ffbe00""#))
        #expect(json(content, makeFormat { $0.body = .form }).contains("qr_code=41ffbe00&"))
        #expect(json(content, makeFormat { $0.binaryTicket = .base64 }).contains(#""qr_code":"Qf++AA==""#))
        let form = makeFormat { ($0.body, $0.binaryTicket) = (.form, .base64) }
        #expect(json(content, form).contains("qr_code=Qf%2B%2BAA%3D%3D&"))
    }

    @Test("compact times, in the platform's zone")
    func compactTimes() {
        let format = makeFormat {
            $0.timeFormat = .compact
            $0.timeZone = FixedZone(secondsEast: 0)
        }
        #expect(json(heartbeat(nil), format).contains("\"time\":\"230802234500\""))
    }

    @Test(
        "fixed-point numbers round, keep their places and never say 360 degrees or minus zero",
        arguments: [
            (0.0, "0.000000"), (-0.0000001, "0.000000"), (-0.5, "-0.500000"), (89.9999999, "90.000000"),
            (-33.8567844, "-33.856784"), (0.000001, "0.000001"),
        ])
    func fixedPoint(latitude: Double, text: String) {
        let place = Position(latitude: latitude, longitude: -151, speedKilometresPerHour: 0.04, course: 359.96)
        let body = json(heartbeat(place))
        #expect(body.contains("\"lat\":\"\(text)\""))
        #expect(body.contains("\"speed\":\"0.0\""))
        #expect(body.contains("\"course\":\"0.0\""))
    }

    @Test("what is no number is left out", arguments: [Double.nan, .infinity, 1e300])
    func notANumber(value: Double) {
        let body = json(heartbeat(Position(latitude: value, longitude: 1, speedKilometresPerHour: value, course: value)))
        for name in ["lat", "lng", "speed", "course"] { #expect(!body.contains("\"\(name)\"")) }
    }
}
