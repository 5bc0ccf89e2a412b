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
        guard case .keys(_, let group?, nil) = try format.decode(Samples.keys, for: Self.keys) else {
            throw WrongReply()
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
        "of a heartbeat's reply a member that is missing or null changes nothing and is told; all else is taken",
        arguments: [
            "server_time", "version_code", "check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode",
            "version_code_all", "version_code_add", "line_version_code_all", "is_line_white", "check_start_time_format",
            "check_end_time_format",
        ])
    func missingHeartbeatMember(name: String) throws {
        let whole = try orders(Samples.heartbeat)
        for value in ["missing", "null"] {
            let text =
                value == "null"
                ? Samples.heartbeat.replacing(member: name, with: "null")
                : Samples.heartbeat.split(separator: "\"\(name)\"", omittingEmptySubsequences: false).joined(separator: "\"other\"")
            var without = try orders(text)
            // A box may have a better clock than its platform.
            #expect(without.oddities.map(\.field) == (name == "server_time" ? [] : [name]))
            #expect(without.oddities.allSatisfy { $0.problem == "is missing" })
            without.oddities = []
            #expect(members(without).count == members(whole).count - 1)
            #expect(members(without).allSatisfy { members(whole)[$0.key] == $0.value })
        }
    }

    private func orders(_ text: String) throws -> HeartbeatOrders {
        guard case .heartbeat(let reply) = try format.decode(text, for: Self.heartbeat) else { throw WrongReply() }
        return try #require(reply.orders)
    }

    private struct WrongReply: Error {}

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
        "a reply fails only for what the box acts on: without it, it is missed by its name",
        arguments: [
            (heartbeat, Samples.heartbeat, ["ret_code"]), (check, Samples.check, ["ret_code"]), (log, Samples.log, ["ret_code"]),
            (fullList, Samples.cardList, ["ret_code", "version", "list"]),
            (lineList, Samples.lineCardList, ["ret_code", "version", "list"]),
            (keys, Samples.keys, ["ret_code", "version_code", "list"]),
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
            #expect(summary(try format.decode(text, for: Self.check)) == "check Verdict(code: 0, message: \"\") \(sound)")
            #expect(summary(try format.decode(text, for: Self.log)) == #"log Verdict(code: 0, message: "")"#)
        }
    }

    private func expectMissed(_ name: String, in text: String, for content: PlatformRequest.Content) {
        let without = text.split(separator: "\"\(name)\"", omittingEmptySubsequences: false).joined(separator: "\"other\"")
        #expect(failure(without, for: content)?.hasSuffix("in the reply, \(name) is missing") == true)
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
            summary(try format.decode(#"{"ret_code":5,"ret_msg":"no","sound_no":"?"}"#, for: Self.check))
                == #"check Verdict(code: 5, message: "no") 0"#)
        let refused = #"{"list":[{"card_no":5}],"ret_code":7,"ret_msg":"busy","version":"1"}"#
        #expect(
            summary(try format.decode(refused, for: Self.fullList))
                == #"list Verdict(code: 7, message: "busy") nil nil 0"#)
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
        let orders = try orders(Samples.heartbeat.replacing(member: "server_time", with: value))
        #expect(orders.serverTime == morning)
        #expect(orders.oddities.map(\.field) == (isPlain ? [] : ["server_time"]))
    }

    @Test(
        "an unreadable time is told, with its value",
        arguments: [
            "soon", "07:45", "2023-02-30 07:45:00", "2023-08-03", "2023-08-03 25:00:00", "2023-08-03 07:45:00 CST", "20231303074500",
            "0",
        ])
    func unreadableTimes(value: String) throws {
        for name in ["server_time", "check_start_time_format", "check_end_time_format"] {
            let orders = try orders(Samples.heartbeat.replacing(member: name, with: "\"\(value)\""))
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
            ("07:45:00", "09:45:00", nil, 2), ("2023-08-03 07:45:00", "2023-08-02 09:45:00", nil, 1), ("?", "2023-08-03 24:00:00", nil, 2),
        ] as [(String, String, HeartbeatOrders.Hours?, Int)])
    func hours(start: String, end: String, hours: HeartbeatOrders.Hours?, oddities: Int) throws {
        let text = Samples.heartbeat.replacing(member: "check_start_time_format", with: "\"\(start)\"")
            .replacing(member: "check_end_time_format", with: "\"\(end)\"")
        let orders = try orders(text)
        #expect(orders.hours == hours)
        #expect(orders.oddities.count == oddities)
    }

    @Test(
        "an empty version says nothing; a list without one could not be told from another",
        arguments: ["version_code", "version_code_all", "version_code_add", "line_version_code_all"])
    func emptyVersions(name: String) throws {
        for value in [#""""#, #"" ""#] {
            let orders = try orders(Samples.heartbeat.replacing(member: name, with: value))
            #expect(orders.oddities.isEmpty && members(orders)[name] == nil && members(orders).count == 12)
        }
        for value in [#""""#, "null"] {
            let list = #"{"ret_code":0,"version":\#(value),"list":[]}"#
            #expect(failure(list, for: Self.fullList) == "get_card_list: in the reply, version is missing")
        }
    }

    @Test(
        "numbers and switches are read in one way, whatever a platform's language made of them",
        arguments: [
            ("1", 1), (#""1""#, 1), ("1.0", 1), ("1e0", 1), (#""1 ""#, 1), (#"" 1""#, 1), (#""1.0""#, 1), ("true", 1), (#""true""#, 1),
            (#""True""#, 1), ("01", 1), ("0", 0), (#""0""#, 0), ("0.0", 0), ("-0", 0), ("false", 0), (#""FALSE""#, 0), (#""0\u00a0""#, 0),
            ("2", nil), (#""on""#, nil), ("1.5", nil), (#""""#, nil), (#""1,""#, nil), ("[1]", nil), ("{}", nil),
        ] as [(String, Int?)])
    func looseSwitches(value: String, meaning: Int?) throws {
        let switches = ["check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode", "is_line_white"]
        for name in switches {
            let orders = try orders(Samples.heartbeat.replacing(member: name, with: value))
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
        let read = (try? format.decode(list, for: Self.fullList)).map(summary)
        #expect(read?.hasSuffix(" 1 1 \(meaning ?? 9) 0") ?? (meaning == nil))
        let keys = #"{"ret_code":0,"version_code":"1","list":[{"key_id":\#(value),"key":"k"},{"key_id":9,"key":"k"}]}"#
        guard case .keys(_, let group?, let leftOut) = try format.decode(keys, for: Self.keys) else { throw WrongReply() }
        #expect(group.keys.map(\.id).first.map { Int($0) } == meaning ?? (value == "2" ? 2 : 9))
        #expect((leftOut == nil) == (meaning != nil || value == "2"))
    }

    @Test(
        "versions that a language turned into fractions are whole again",
        arguments: [("7.0", "7"), ("5.3961084E7", "53961084"), ("\"7.0\"", "7.0"), ("007", "007"), ("\" 7 \"", "7")])
    func fractions(value: String, version: String) throws {
        #expect(try orders(Samples.heartbeat.replacing(member: "version_code_all", with: value)).versions.cards == version)
    }

    @Test(
        "what is wrong with a member is told together with what is allowed",
        arguments: [
            ("card_mode", "2", "card_mode is \"2\", must be 0 or 1"),
            ("white_mode", #""on""#, "white_mode is \"on\", must be a whole number"),
            ("check_mode", #""""#, "check_mode is \"\", must be a whole number"),
        ])
    func wrongValues(name: String, value: String, message: String) throws {
        let orders = try orders(Samples.heartbeat.replacing(member: name, with: value))
        #expect(orders.oddities.map(\.description) == [message])
        #expect(
            failure(#"{"ret_code":1.5}"#, for: Self.heartbeat)
                == "location_report: in the reply, ret_code is \"1.5\", must be a whole number")
    }

    @Test(
        "a list with a bad row is refused whole, and the row is named",
        arguments: [
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

    private func list(_ rows: [String]) -> String {
        #"{"ret_code":0,"version":"1","list":[\#(rows.joined(separator: ","))]}"#
    }

    @Test(
        "what is written around and between the digits of a number does not count",
        arguments: [
            #""00065537            ""#, #"" 00065537""#, #""00065537\t""#, #""00065537\r\n""#, #""\u00a000065537\u3000""#, "00065537",
            #""00:06:55:37""#, #""00-06-55-37""#, #""00065537\u0000""#,
        ])
    func writtenNumbers(value: String) throws {
        guard case .list(let reply) = try format.decode(list([#"{"card_no":\#(value),"flag":"1"}"#]), for: Self.fullList) else {
            throw WrongReply()
        }
        #expect(reply.entries?.entries == [CardListEntry(card: try card("00065537"), isListed: true)])
    }

    @Test("a row without a usable number is skipped and counted, whatever else it says")
    func skipped() throws {
        let rows = [
            #"{"card_no":"","flag":""}"#, #"{"card_no":"xyz","flag":9}"#, #"{"card_no":"12 34"}"#, #"{"flag":1}"#, "{}", "null",
            #"{"card_no":null,"flag":1}"#, #"{"card_no":"\#(String(repeating: "1", count: 31))","flag":1}"#,
            #"{"card_no":"0Ab","flag":1}"#,
        ]
        #expect(summary(try format.decode(list(rows), for: Self.fullList)).hasSuffix(" 1 1 1 8"))
    }

    @Test(
        "a full or line list with more than a tenth, and more than ten, of its rows unusable is an error; an increment is not",
        arguments: [(10, 10, true), (11, 0, false), (11, 98, false), (11, 99, true), (12, 107, false), (12, 108, true)])
    func manySkipped(skipped: Int, good: Int, isTaken: Bool) throws {
        let rows =
            (0..<good).map { #"{"card_no":"\#(1000 + $0)","flag":1}"# }
            + (0..<skipped).map { _ in #"{"card_no":"?","flag":1}"# }
        for content in [Self.fullList, Self.lineList] {
            let call = PlatformCall(content).rawValue
            #expect(
                failure(list(rows), for: content)
                    == (isTaken
                        ? nil : "\(call): in the reply, list has no usable card_no in \(skipped) of its \(skipped + good) rows"))
        }
        let increment = PlatformRequest.Content.cardIncrement(token: "t", enterpriseID: nil)
        #expect(failure(list(rows), for: increment) == nil)
    }

    @Test(
        "a list that is null or empty has no rows, one that is a map has its values",
        arguments: [
            ("null", 0), (#""""#, 0), ("{}", 0), ("[]", 0), (#"{"0":{"card_no":"1","flag":1},"2":{"card_no":"2","flag":1}}"#, 2),
            ("[],\"version\":\"1\",\"x\":[{\"card_no\":\"9\"}]", 0),
        ])
    func oddLists(value: String, count: Int) throws {
        let text = #"{"list":\#(value),"ret_code":0,"version":"1"}"#
        for content in [Self.fullList, Self.lineList] {
            #expect(summary(try format.decode(text, for: content)).hasSuffix(" 1 \(count) \(count) 0"))
        }
        #expect(
            failure(#"{"list":"none","ret_code":0,"version":"1"}"#, for: Self.fullList)
                == "get_card_list: in the reply, list is \"none\", must be an array")
    }

    @Test("a line's row without flag is a card of the line; a card's standing cannot be guessed")
    func missingFlag() throws {
        for row in [#"{"card_no":"1"}"#, #"{"card_no":"1","flag":null}"#, #"{"card_no":"1","flag":""}"#] {
            #expect(summary(try format.decode(list([row]), for: Self.lineList)).hasSuffix(" 1 1 1 0"))
            #expect(failure(list([row]), for: Self.fullList) == "get_card_list: in the reply, flag of list row 1 is missing")
        }
    }

    @Test("of the keys what is none is left out and told, since anyone could sign with an empty one; one at least must be left")
    func oddKeys() throws {
        func reply(_ rows: String) -> String { #"{"ret_code":0,"ret_msg":"","version_code":"2","list":[\#(rows)]}"# }
        let text = reply(#"{"key_id":1001,"key":"a"},{"key_id":2,"key":""},{"key_id":3,"key":null},{"key":"b","key_id":255},5"#)
        guard case .keys(_, let group?, let leftOut) = try format.decode(text, for: Self.keys) else { throw WrongReply() }
        #expect(group.keys == [KeyGroup.Key(id: 255, text: "b")])
        #expect(
            leftOut?.description
                == "key_id of list row 1 is \"1001\", must be 0 to 255, since a ticket names its key in one byte")
        #expect(failure(reply(""), for: Self.keys) == "get_qrcode_keys: in the reply, list has no key")
        #expect(failure(reply(#"{"key_id":1}"#), for: Self.keys) == "get_qrcode_keys: in the reply, key of list row 1 is missing")
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
                summary(try format.decode(before + #"{"ret_code":0,"ret_msg":"a\tb"}"# + after, for: Self.log))
                    == #"log Verdict(code: 0, message: "a\tb")"#)
        }
        let text = before + "{\"ret_code\":7,\"ret_msg\":\"ORA-00001:\n\tat x\"}"
        #expect(summary(try format.decode(text, for: Self.log)) == #"log Verdict(code: 7, message: "ORA-00001:\n\tat x")"#)
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

extension String {
    /// The sample with another value for one member, which stands on a line of its own.
    fileprivate func replacing(member name: String, with value: String) -> String {
        split(separator: "\n").map { line in
            line.contains("\"\(name)\"") ? "\"\(name)\": \(value)," : String(line)
        }.joined(separator: "\n")
    }
}
