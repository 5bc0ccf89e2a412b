import Base
import Fares
import PlatformAPI
import Testing

@Suite("Replies with lists and keys")
struct ListReplyTests {
    private let format = makeFormat()

    @Test("a list that outgrows the box's memory is given up while it comes, long before its end")
    func tooLarge() throws {
        let format = makeFormat { $0.maximumListBytes = 2000 }
        var decoder = ReplyDecoder(for: Asked.fullList, format: format)
        try decoder.feed(Array(#"{"ret_code":0,"version":"7","list":["#.utf8))
        let rows = (0..<200).map { Array("{\"card_no\":\"\(100_000 + $0)\",\"flag\":1},".utf8) }
        var taken = 0
        let failure = #expect(throws: ExchangeFailure.self) {
            for row in rows {
                try decoder.feed(row)
                taken += 1
            }
        }
        #expect(failure?.isTooLarge == true && failure?.kind == .undecodable)
        #expect((50..<150).contains(taken))
    }

    @Test(
        "the document's lists: the empty card_no is skipped and counted",
        arguments: [
            (Asked.fullList, Samples.cardList), (Asked.lineList, Samples.lineCardList),
        ])
    func listSamples(content: PlatformRequest.Content, text: String) throws {
        #expect(
            summary(try format.decode(text, for: content))
                == #"list Verdict(code: 0, message: "成功") 52604317 1 1 1"#)
    }

    @Test("the document's key group")
    func keysSample() throws {
        guard case .keys(_, let group?, nil) = try format.decode(Samples.keys, for: Asked.keys) else {
            throw WrongReply()
        }
        #expect(group.version == "1526005635")
        #expect(group.keys.map(\.id) == [1, 2, 3, 4])
        #expect(group.keys.map(\.text) == ["a84a6ce9", "9c797cdb", "c797cd9a", "c7da847c"])
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
        #expect(format.failure(text, for: Asked.fullList) == "get_card_list: in the reply, " + message)
    }

    private func list(_ rows: [String]) -> String {
        #"{"ret_code":0,"version":"1","list":[\#(rows.joined(separator: ","))]}"#
    }

    @Test(
        "what is written around and between the digits of a number does not count",
        arguments: [
            #""00065537            ""#, #"" 00065537""#, #""00065537\t""#, #""00065537\r\n""#, #""\u00a000065537\u3000""#,
            "00065537",
            #""00:06:55:37""#, #""00-06-55-37""#, #""00065537\u0000""#,
        ])
    func writtenNumbers(value: String) throws {
        guard case .list(let reply) = try format.decode(list([#"{"card_no":\#(value),"flag":"1"}"#]), for: Asked.fullList) else {
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
        #expect(summary(try format.decode(list(rows), for: Asked.fullList)).hasSuffix(" 1 1 1 8"))
    }

    @Test(
        "a full or line list with more than a tenth, and more than ten, of its rows unusable is an error; an increment is not",
        arguments: [(10, 10, true), (11, 0, false), (11, 98, false), (11, 99, true), (12, 107, false), (12, 108, true)])
    func manySkipped(skipped: Int, good: Int, isTaken: Bool) throws {
        let rows =
            (0..<good).map { #"{"card_no":"\#(1000 + $0)","flag":1}"# }
            + (0..<skipped).map { _ in #"{"card_no":"?","flag":1}"# }
        for content in [Asked.fullList, Asked.lineList] {
            let call = PlatformCall(content).rawValue
            #expect(
                format.failure(list(rows), for: content)
                    == (isTaken
                        ? nil : "\(call): in the reply, list has no usable card_no in \(skipped) of its \(skipped + good) rows"))
        }
        let increment = PlatformRequest.Content.cardIncrement(token: "t", enterpriseID: nil)
        #expect(format.failure(list(rows), for: increment) == nil)
    }

    @Test(
        "a list that is null or empty has no rows, one that is a map has its values",
        arguments: [
            ("null", 0), (#""""#, 0), ("{}", 0), ("[]", 0), (#"{"0":{"card_no":"1","flag":1},"2":{"card_no":"2","flag":1}}"#, 2),
            ("[],\"version\":\"1\",\"x\":[{\"card_no\":\"9\"}]", 0),
        ])
    func oddLists(value: String, count: Int) throws {
        let text = #"{"list":\#(value),"ret_code":0,"version":"1"}"#
        for content in [Asked.fullList, Asked.lineList] {
            #expect(summary(try format.decode(text, for: content)).hasSuffix(" 1 \(count) \(count) 0"))
        }
        #expect(
            format.failure(#"{"list":"none","ret_code":0,"version":"1"}"#, for: Asked.fullList)
                == "get_card_list: in the reply, list is \"none\", must be an array")
    }

    @Test("a line's row without flag is a card of the line; a card's standing cannot be guessed")
    func missingFlag() throws {
        for row in [#"{"card_no":"1"}"#, #"{"card_no":"1","flag":null}"#, #"{"card_no":"1","flag":""}"#] {
            #expect(summary(try format.decode(list([row]), for: Asked.lineList)).hasSuffix(" 1 1 1 0"))
            #expect(
                format.failure(list([row]), for: Asked.fullList) == "get_card_list: in the reply, flag of list row 1 is missing")
        }
    }

    @Test("of the keys what is none is left out and told, since anyone could sign with an empty one; one at least must be left")
    func oddKeys() throws {
        func reply(_ rows: String) -> String { #"{"ret_code":0,"ret_msg":"","version_code":"2","list":[\#(rows)]}"# }
        let text = reply(#"{"key_id":1001,"key":"a"},{"key_id":2,"key":""},{"key_id":3,"key":null},{"key":"b","key_id":255},5"#)
        guard case .keys(_, let group?, let leftOut) = try format.decode(text, for: Asked.keys) else { throw WrongReply() }
        #expect(group.keys == [KeyGroup.Key(id: 255, text: "b")])
        #expect(
            leftOut?.description
                == "key_id of list row 1 is \"1001\", must be 0 to 255, since a ticket names its key in one byte")
        #expect(format.failure(reply(""), for: Asked.keys) == "get_qrcode_keys: in the reply, list has no key")
        #expect(
            format.failure(reply(#"{"key_id":1}"#), for: Asked.keys)
                == "get_qrcode_keys: in the reply, key of list row 1 is missing")
    }
}
