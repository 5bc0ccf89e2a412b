import JSON
import Testing

@testable import ReadEvents

@Suite("What a client says")
struct ClientMessageTests {
    private func message(_ text: String) throws -> ClientMessage { try ClientMessage(parsing: Array(text.utf8)) }

    private func fault(_ text: String) -> RequestFault? {
        do {
            _ = try ClientMessage(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test("requestType is a number, or the same as a string")
    func requestType() throws {
        #expect(
            try message(#"{"requestID":"a","requestType":"1","deviceID":["d"]}"#)
                == .request(ReadEventRequest(id: "a", action: .subscribe(["d"]))))
        #expect(
            try message(#"{"requestID":"a","requestType":"0"}"#) == .request(ReadEventRequest(id: "a", action: .unsubscribe([]))))
        #expect(
            try message(#"{"requestID":"a","requestType":"2"}"#) == .request(ReadEventRequest(id: "a", action: .query(Page()))))
    }

    @Test("the id comes as requestID or as responseID; with both, as requestID")
    func requestID() throws {
        #expect(
            try message(#"{"responseID":"b","requestID":"a","requestType":1}"#)
                == .request(ReadEventRequest(id: "a", action: .subscribe([]))))
        #expect(
            try message(#"{"responseID":"b","requestType":1}"#) == .request(ReadEventRequest(id: "b", action: .subscribe([]))))
    }

    @Test(
        "no devices means all",
        arguments: [#"{"requestID":"a","requestType":1}"#, #"{"requestID":"a","requestType":1,"deviceID":[]}"#])
    func allDevices(text: String) throws {
        #expect(try message(text) == .request(ReadEventRequest(id: "a", action: .subscribe([]))))
    }

    @Test("a member that is null counts as absent")
    func null() throws {
        #expect(
            try message(#"{"requestID":null,"responseID":"a","requestType":1,"deviceID":null}"#)
                == .request(ReadEventRequest(id: "a", action: .subscribe([]))))
        #expect(
            try message(#"{"requestID":"a","requestType":2,"pageSize":null,"pageNo":null}"#)
                == .request(ReadEventRequest(id: "a", action: .query(Page()))))
        #expect(fault(#"{"requestID":null,"requestType":1}"#)?.message.hasPrefix("requestID is missing") == true)
        #expect(fault(#"{"requestID":"a","requestType":null}"#)?.message.hasPrefix("requestType is missing") == true)
        #expect(try message(#"{"requestType":null,"ping":1}"#) == .ping(1))
    }

    @Test("a ping's value goes back whatever it is, up to 64 bytes: each may be made to wait for a client that reads nothing")
    func ping() throws {
        #expect(try message(#"{"ping":{"a":[1,"b"]}}"#) == .ping(["a": [1, "b"]]))
        let longest = String(repeating: "p", count: 62)
        #expect(try message("{\"ping\":\"\(longest)\"}") == .ping(.string(longest)))
        #expect(fault("{\"ping\":\"\(longest)p\"}")?.code == .wrongField)
    }

    @Test("a query without a page asks for the first ten; a page may have 1 to 1000")
    func page() throws {
        #expect(
            try message(#"{"requestID":"a","requestType":2}"#)
                == .request(ReadEventRequest(id: "a", action: .query(Page(size: 10, number: 1)))))
        for size in [1, 1000] { #expect(throws: Never.self) { try message(query(size: size, number: 1)) } }
        for size in [0, 1001, -1] { #expect(fault(query(size: size, number: 1))?.code == .pageOutOfRange) }
        for number in [0, -1] { #expect(fault(query(size: 10, number: number))?.code == .pageOutOfRange) }
        #expect(throws: Never.self) { try message(query(size: 1000, number: .max)) }
    }

    private func query(size: Int, number: Int) -> String {
        #"{"requestID":"a","requestType":2,"pageSize":\#(size),"pageNo":\#(number)}"#
    }

    @Test(
        "text that is not JSON has no id to answer to",
        arguments: ["", "{", "hello", #"{"requestID":"a","requestType":1,}"#, "{'requestID':'a'}", "{} {}", "\u{FEFF}{}"])
    func malformed(text: String) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.code == .malformed)
        #expect(fault.requestID == "")
        #expect(fault.message.hasPrefix("the text is not JSON: "))
    }

    @Test("bytes that are not UTF-8 are not JSON")
    func invalidUTF8() {
        #expect(throws: RequestFault.self) { try ClientMessage(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test(
        "a field that is missing or wrong is named, under the request's id",
        arguments: [
            (#"{"requestID":"a"}"#, "requestType is missing", "a"),
            (#"{"requestID":"a","requestType":3}"#, "requestType 3 is unknown", "a"),
            (#"{"requestID":"a","requestType":"x"}"#, "requestType must be a whole number", "a"),
            (#"{"requestID":"a","requestType":1.5}"#, "requestType must be a whole number", "a"),
            (#"{"requestID":"a","requestType":1,"deviceID":"d"}"#, "deviceID must be an array", "a"),
            (#"{"requestID":"a","requestType":1,"deviceID":[7]}"#, "deviceID must be an array", "a"),
            (#"{"requestID":"a","requestType":1,"deviceID":[""]}"#, "deviceID must be an array", "a"),
            (#"{"requestID":"a","requestType":2,"pageSize":"many"}"#, "pageSize must be a whole number", "a"),
            (#"{"requestID":"a","requestType":2,"pageNo":[]}"#, "pageNo must be a whole number", "a"),
            (#"{"requestType":1}"#, "requestID is missing", ""), (#"{"requestID":7,"requestType":1}"#, "requestID must be", ""),
            (#"{"requestID":"","requestType":1}"#, "requestID must be", ""), ("{}", "requestID is missing", ""),
            ("[]", "the text must be a JSON object", ""), ("1", "the text must be a JSON object", ""),
        ])
    func wrongField(text: String, message: String, requestID: String) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.code == .wrongField)
        #expect(fault.message.hasPrefix(message))
        #expect(fault.requestID == requestID)
    }

    @Test("ids have at most 64 bytes")
    func idLength() {
        let (longest, longer) = (String(repeating: "é", count: 32), String(repeating: "é", count: 32) + "x")
        #expect(fault(#"{"requestID":"\#(longest)","requestType":1,"deviceID":["\#(longest)"]}"#) == nil)
        #expect(fault(#"{"requestID":"\#(longer)","requestType":1}"#)?.code == .wrongField)
        #expect(fault(#"{"requestID":"a","requestType":1,"deviceID":["\#(longer)"]}"#)?.code == .wrongField)
    }

    @Test("a text beyond 128 KB is not read; a thousand of the longest device ids fit")
    func size() throws {
        let devices = (0..<1000).map { number in String(repeating: "d", count: 60) + String(1000 + number) }
        let request: JSONValue = ["requestID": "a", "requestType": 1, "deviceID": .array(devices.map { .string($0) })]
        #expect(try message(request.text) == .request(ReadEventRequest(id: "a", action: .subscribe(devices))))
        let padding = String(repeating: " ", count: ClientMessage.maximumBytes)
        #expect(fault(padding + "{}")?.code == .requestTooLarge)
        #expect(fault(String(padding.dropLast(2)) + "{}")?.code == .wrongField)
    }

    @Test("nesting beyond the parser's depth is an answer, not a crash")
    func depth() {
        #expect(fault(String(repeating: "[", count: 100_000))?.code == .malformed)
    }

    @Test("a ping's value is repeated as it was written", arguments: ["1674119546000", "1.50", "\"now\"", "null", "-0"])
    func ping(value: String) throws {
        #expect(String(decoding: ServerMessage.pong(try pingValue(value)), as: UTF8.self) == #"{"pong":\#(value)}"#)
    }

    private func pingValue(_ value: String) throws -> JSONValue {
        guard case .ping(let value) = try message(#"{"ping":\#(value)}"#) else { throw RequestFault(.wrongField, "no ping") }
        return value
    }
}
