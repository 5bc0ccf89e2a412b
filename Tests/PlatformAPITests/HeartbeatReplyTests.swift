import Base
import Fares
import PlatformAPI
import Testing

@Suite("Replies to heartbeats")
struct HeartbeatReplyTests {
    private let format = makeFormat()

    @Test("the document's heartbeat reply")
    func heartbeatSample() throws {
        guard case .heartbeat(let reply) = try format.decode(Samples.heartbeat, for: Asked.heartbeat) else {
            return _ = Issue.record("not a heartbeat reply")
        }
        let orders = try #require(reply.orders)
        #expect(reply.verdict == .init(code: 0, message: "成功"))
        #expect(orders.enterpriseID == "398")
        #expect(orders.serverTime == WallTime(seconds: 1_566_634_814))
        #expect(orders.ticketCheck == .offline && orders.cardCheck == .offline)
        #expect(orders.ticketsEnabled == true && orders.cardsEnabled == true)
        #expect(orders.whiteListRequired == true && orders.lineListRequired == true)
        #expect(orders.oddities.isEmpty)
        var versions = NamedVersions()
        (versions.cards, versions.cardIncrement) = ("13604572", "53961084")
        (versions.lineCards, versions.keys) = ("53961004", "1526005635")
        #expect(orders.versions == versions)
        #expect(orders.hours == .from(morning, to: morning + .seconds(7200)))
    }

    @Test(
        "of a heartbeat's reply a member that is missing or null changes nothing and is told; all else is taken",
        arguments: [
            "server_time", "version_code", "check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode",
            "version_code_all", "version_code_add", "line_version_code_all", "is_line_white", "check_start_time_format",
            "check_end_time_format",
        ])
    func missingHeartbeatMember(name: String) throws {
        let whole = try format.orders(Samples.heartbeat)
        for value in ["missing", "null"] {
            let text =
                value == "null"
                ? Samples.heartbeat.replacing(member: name, with: "null")
                : Samples.heartbeat.split(separator: "\"\(name)\"", omittingEmptySubsequences: false).joined(
                    separator: "\"other\"")
            var without = try format.orders(text)
            // A box may have a better clock than its platform.
            #expect(without.oddities.map(\.field) == (name == "server_time" ? [] : [name]))
            #expect(without.oddities.allSatisfy { $0.problem == "is missing" })
            without.oddities = []
            #expect(members(without).count == members(whole).count - 1)
            #expect(members(without).allSatisfy { members(whole)[$0.key] == $0.value })
        }
    }

    /// What a reply said, by member.
    private func members(_ orders: HeartbeatOrders) -> [String: String] {
        let all: [String: Any?] = [
            "enterprise_id": orders.enterpriseID, "server_time": orders.serverTime, "check_mode": orders.ticketCheck,
            "check_card_mode": orders.cardCheck, "qrcode_mode": orders.ticketsEnabled, "card_mode": orders.cardsEnabled,
            "white_mode": orders.whiteListRequired, "is_line_white": orders.lineListRequired,
            "version_code_all": orders.versions.cards, "version_code_add": orders.versions.cardIncrement,
            "line_version_code_all": orders.versions.lineCards, "version_code": orders.versions.keys, "hours": orders.hours,
        ]
        return all.compactMapValues { $0.map { "\($0)" } }
    }

    @Test(
        "times are read in every form that back offices write; what had to be guessed at is told",
        arguments: [
            (#""2023-08-03 07:45:00""#, true), (#""230803074500""#, true), ("230803074500", true), (#""20230803074500""#, true),
            (#""2023-08-03 07:45:00.0""#, true), (#""2023-08-03T07:45:00""#, true), (#""2023-08-03T07:45:00.000+08:00""#, true),
            (#""2023-08-02T23:45:00Z""#, true), (#""2023-08-02T23:45:00.000+0000""#, true), (#""2023/8/3 7:45:00""#, true),
            (#"" 2023-08-03 07:45:00 ""#, true), ("1691019900", true), ("1691019900000", true), (#""1691019900000""#, true),
            ("1.6910199E12", true), (#""2023-08-03 07:45""#, false),
        ])
    func times(value: String, isPlain: Bool) throws {
        let orders = try format.orders(Samples.heartbeat.replacing(member: "server_time", with: value))
        #expect(orders.serverTime == morning)
        #expect(orders.oddities.map(\.field) == (isPlain ? [] : ["server_time"]))
    }

    @Test(
        "an unreadable time is told, with its value",
        arguments: [
            "soon", "07:45", "2023-02-30 07:45:00", "2023-08-03", "2023-08-03 25:00:00", "2023-08-03 07:45:00 CST",
            "20231303074500",
            "0",
        ])
    func unreadableTimes(value: String) throws {
        for name in ["server_time", "check_start_time_format", "check_end_time_format"] {
            let orders = try format.orders(Samples.heartbeat.replacing(member: name, with: "\"\(value)\""))
            #expect((orders.serverTime == nil) == (name == "server_time"))
            #expect((orders.hours == nil) == (name != "server_time"))
            #expect(
                orders.oddities.map(\.description) == [
                    "\(name) is \"\(value)\", must be a date and a time: yyyy-MM-dd HH:mm:ss"
                ])
        }
    }

    @Test(
        "hours of service",
        arguments: [
            ("", "", .unlimited, 0), ("2023-08-03 07:45:00", "", .unlimited, 0), ("", "someday", .unlimited, 0),
            ("0000-00-00 00:00:00", "0000-00-00 00:00:00", .unlimited, 0), ("000000000000", "000000000000", .unlimited, 0),
            ("2023-08-03 07:45:00", "2023-08-03 07:45:00", .unlimited, 0), ("00:00:00", "00:00:00", .unlimited, 0),
            ("2023-08-03 07:45:00", "2023-08-03T07:45:00.0", .unlimited, 0),
            ("2023-08-03 07:45:00.0", "2023-08-03T09:45:00", .from(morning, to: morning + .seconds(7200)), 0),
            // Past midnight, told with one date.
            ("2023-08-03 07:45:00", "2023-08-03 02:45:00", .from(morning, to: morning - .seconds(18000)), 0),
            ("2023-08-03 07:45:00", "2023-08-04 02:45:00", .from(morning, to: morning + .seconds(68400)), 0),
            // Guessed at.
            ("2023-08-03 07:45", "2023-08-03 09:45", .from(morning, to: morning + .seconds(7200)), 2),
            ("2023-08-03 07:45:00", "2023-08-03 24:00:00", .from(morning, to: morning + .seconds(58500)), 1),
            // Not to be understood.
            ("07:45:00", "09:45:00", nil, 2), ("2023-08-03 07:45:00", "2023-08-02 09:45:00", nil, 1),
            ("?", "2023-08-03 24:00:00", nil, 2),
        ] as [(String, String, HeartbeatOrders.Hours?, Int)])
    func hours(start: String, end: String, hours: HeartbeatOrders.Hours?, oddities: Int) throws {
        let text = Samples.heartbeat.replacing(member: "check_start_time_format", with: "\"\(start)\"")
            .replacing(member: "check_end_time_format", with: "\"\(end)\"")
        let orders = try format.orders(text)
        #expect(orders.hours == hours)
        #expect(orders.oddities.count == oddities)
    }

    @Test(
        "an empty version says nothing; a list without one could not be told from another",
        arguments: ["version_code", "version_code_all", "version_code_add", "line_version_code_all"])
    func emptyVersions(name: String) throws {
        for value in [#""""#, #"" ""#] {
            let orders = try format.orders(Samples.heartbeat.replacing(member: name, with: value))
            #expect(orders.oddities.isEmpty && members(orders)[name] == nil && members(orders).count == 12)
        }
        for value in [#""""#, "null"] {
            let list = #"{"ret_code":0,"version":\#(value),"list":[]}"#
            #expect(format.failure(list, for: Asked.fullList) == "get_card_list: in the reply, version is missing")
        }
    }

    @Test(
        "numbers and switches are read in one way, whatever a platform's language made of them",
        arguments: [
            ("1", 1), (#""1""#, 1), ("1.0", 1), ("1e0", 1), (#""1 ""#, 1), (#"" 1""#, 1), (#""1.0""#, 1), ("true", 1),
            (#""true""#, 1),
            (#""True""#, 1), ("01", 1), ("0", 0), (#""0""#, 0), ("0.0", 0), ("-0", 0), ("false", 0), (#""FALSE""#, 0),
            (#""0\u00a0""#, 0),
            ("2", nil), (#""on""#, nil), ("1.5", nil), (#""""#, nil), (#""1,""#, nil), ("[1]", nil), ("{}", nil),
        ] as [(String, Int?)])
    func looseSwitches(value: String, meaning: Int?) throws {
        let switches = ["check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode", "is_line_white"]
        for name in switches {
            let orders = try format.orders(Samples.heartbeat.replacing(member: name, with: value))
            let read: [String: Int?] = [
                "check_mode": orders.ticketCheck?.rawValue, "check_card_mode": orders.cardCheck?.rawValue,
                "qrcode_mode": orders.ticketsEnabled.map { $0 ? 1 : 0 }, "card_mode": orders.cardsEnabled.map { $0 ? 1 : 0 },
                "white_mode": orders.whiteListRequired.map { $0 ? 1 : 0 },
                "is_line_white": orders.lineListRequired.map { $0 ? 1 : 0 },
            ]
            #expect(read[name] == .some(meaning))
            #expect(orders.oddities.map(\.field) == (meaning == nil ? [name] : []))
        }
        let list = #"{"ret_code":0,"version":"1","list":[{"card_no":"1","flag":\#(value)}]}"#
        let read = (try? format.decode(list, for: Asked.fullList)).map(summary)
        #expect(read?.hasSuffix(" 1 1 \(meaning ?? 9) 0") ?? (meaning == nil))
        let keys = #"{"ret_code":0,"version_code":"1","list":[{"key_id":\#(value),"key":"k"},{"key_id":9,"key":"k"}]}"#
        guard case .keys(_, let group?, let leftOut) = try format.decode(keys, for: Asked.keys) else { throw WrongReply() }
        #expect(group.keys.map(\.id).first.map { Int($0) } == meaning ?? (value == "2" ? 2 : 9))
        #expect((leftOut == nil) == (meaning != nil || value == "2"))
    }

    @Test(
        "versions that a language turned into fractions are whole again",
        arguments: [("7.0", "7"), ("5.3961084E7", "53961084"), ("\"7.0\"", "7.0"), ("007", "007"), ("\" 7 \"", "7")])
    func fractions(value: String, version: String) throws {
        #expect(try format.orders(Samples.heartbeat.replacing(member: "version_code_all", with: value)).versions.cards == version)
    }

    @Test(
        "what is wrong with a member is told together with what is allowed",
        arguments: [
            ("card_mode", "2", "card_mode is \"2\", must be 0 or 1"),
            ("white_mode", #""on""#, "white_mode is \"on\", must be a whole number"),
            ("check_mode", #""""#, "check_mode is \"\", must be a whole number"),
        ])
    func wrongValues(name: String, value: String, message: String) throws {
        let orders = try format.orders(Samples.heartbeat.replacing(member: name, with: value))
        #expect(orders.oddities.map(\.description) == [message])
        #expect(
            format.failure(#"{"ret_code":1.5}"#, for: Asked.heartbeat)
                == "location_report: in the reply, ret_code is \"1.5\", must be a whole number")
    }
}

extension String {
    /// The sample with another value for one member, which stands on a line of its own.
    func replacing(member name: String, with value: String) -> String {
        split(separator: "\n").map { line in
            line.contains("\"\(name)\"") ? "\"\(name)\": \(value)," : String(line)
        }.joined(separator: "\n")
    }
}
