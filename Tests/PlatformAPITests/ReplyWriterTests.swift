import Base
import Fares
import JSON
import PlatformAPI
import Testing

@Suite("Replies written for a box")
struct ReplyWriterTests {
    private let format = makeFormat()
    private let writer = ReplyWriter(requestID: "abcd", timeZone: FixedZone.shanghai)

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func content(window: (start: WallTime, end: WallTime)?) -> PlatformReply.HeartbeatReply.Content {
        var modes = Modes()
        (modes.cardCheck, modes.ticketsEnabled) = (.online, false)
        var versions = Versions()
        (versions.cards, versions.cardIncrement, versions.lineCards, versions.keys) = ("1", "2", "3", "4")
        return .init(enterpriseID: "398", serverTime: morning, modes: modes, versions: versions, window: window)
    }

    @Test("location_report's reply has each field of table 3.1, with its type")
    func heartbeat() {
        #expect(
            text(writer.heartbeat(content(window: (morning, morning + .seconds(3600))))) == """
                {"req_id":"abcd","ret_code":0,"ret_msg":"成功","enterprise_id":"398","server_time":"230803074500",\
                "version_code":"4","check_mode":1,"check_card_mode":0,"qrcode_mode":0,"card_mode":1,"white_mode":1,\
                "version_code_all":"1","version_code_add":"2","line_version_code_all":"3","is_line_white":0,\
                "check_start_time_format":"2023-08-03 07:45:00","check_end_time_format":"2023-08-03 08:45:00"}
                """)
    }

    @Test("a box reads what was written: heartbeat, with and without a window")
    func heartbeatRoundTrip() throws {
        for window in [nil, (start: morning, end: morning + .seconds(3600))] {
            let content = content(window: window)
            let reply = try format.decode([writer.heartbeat(content)], for: everyContent()[0])
            #expect(
                summary(reply)
                    == summary(.heartbeat(.init(verdict: .init(code: 0, message: "成功"), content: content))))
        }
    }

    @Test("a box reads what was written: check, refusal, keys and token")
    func roundTrips() throws {
        let contents = try everyContent()
        let check = PlatformReply.CheckReply(verdict: .init(code: 5, message: "余额不足\n"), soundNumber: 12)
        #expect(summary(try format.decode([writer.check(check)], for: contents[1])) == summary(.check(check)))
        let refusal = PlatformReply.Verdict(code: -3, message: "no such device")
        #expect(summary(try format.decode([writer.verdict(refusal)], for: contents[5])).contains("\(refusal)"))
        let group = KeyGroup(version: "9", keys: [.init(id: 0, text: "a84a6ce9"), .init(id: 255, text: "\"x\"")])
        let revoking = KeyGroup(version: "9", keys: group.keys, revokedVersion: "8")
        #expect(
            summary(try format.decode([writer.keys(revoking)], for: .keys(token: "t")))
                == summary(.keys(.init(code: 0, message: "成功"), revoking)))
        #expect(
            summary(try format.decode([writer.keys(group)], for: .keys(token: "t")))
                == summary(.keys(.init(code: 0, message: "成功"), group)))
        let token = PlatformReply.Token(text: "secret", expiresInSeconds: 900)
        #expect(
            summary(try format.decode([writer.token(token)], for: .token))
                == summary(.token(.init(code: 0, message: "成功"), token)))
    }

    @Test("a list is written in pieces, with the types of table 4.1, and read back")
    func list() throws {
        var list = ListReplyWriter(requestID: "abcd", enterpriseID: "398", version: "7", preparationMilliseconds: 12)
        var pieces = [list.take()]
        list.append(CardListEntry(card: try card("00065537"), isListed: true))
        #expect(list.pendingBytes > 0)
        pieces.append(list.take())
        #expect(list.pendingBytes == 0)
        list.append(CardListEntry(card: try card("04a2b3c4d5e680"), isListed: false))
        pieces.append(list.finish())
        #expect(
            text(pieces.flatMap { $0 }) == """
                {"req_id":"abcd","ret_code":0,"ret_msg":"成功","time":12,"enterprise_id":"398","version":"7","list":\
                [{"card_no":"00065537","flag":1},{"card_no":"04A2B3C4D5E680","flag":0}]}
                """)
        #expect(summary(try format.decode(pieces, for: .fullCardList(token: "t", enterpriseID: nil))).hasSuffix(" 7 2 1 0"))
    }

    @Test("an empty list is a list")
    func emptyList() throws {
        let list = ListReplyWriter(requestID: nil, enterpriseID: "", version: "1", preparationMilliseconds: 0)
        let reply = try format.decode([list.finish()], for: .lineCardList(token: "t", enterpriseID: nil))
        #expect(summary(reply).hasSuffix(" 1 0 0 0"))
    }
}
