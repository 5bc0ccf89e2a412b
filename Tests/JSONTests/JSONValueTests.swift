import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("members keep their order, and a repeated key replaces")
    func order() throws {
        let value = try JSONValue(parsing: #"{"z":1,"a":2,"z":3}"#)
        #expect(value.object?.members.map(\.key) == ["z", "a", "z"])
        #expect(value["z"] == 3)
        #expect(value["missing"] == nil)
        #expect(value.text == #"{"z":1,"a":2,"z":3}"#)
    }

    @Test("setting a member keeps its place, nil removes it")
    func setting() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = "x"
        object["c"] = nil
        object["d"] = [true, nil]
        object["b"] = nil
        #expect(JSONValue.object(object).text == #"{"a":"x","d":[true,null]}"#)
    }

    @Test("numbers stay as they were written")
    func numbers() throws {
        let text = "[1.10,1E3,12345678901234567890,-0,0.1]"
        let value = try JSONValue(parsing: text)
        #expect(value.text == text)
        #expect(value.array?.map(\.int) == [nil, 1000, nil, 0, nil])
        #expect(value.array?.last?.double == 0.1)
        #expect(try JSONValue(parsing: "1e999").double == nil)
    }

    @Test(
        "a number is whole or not exactly, however it is written",
        arguments: [
            ("1e-400", nil), ("0e-400", 0), ("-0.0", 0), ("1.0", 1), ("-120e-1", -12), ("1.25e2", 125), ("1.25e1", nil),
            ("9007199254740993.0", 9_007_199_254_740_993), ("9223372036854775808", nil), ("92233720368547758.07e2", Int.max),
            ("1e999999999999999999999", nil), ("0e999999999999999999999", 0),
        ] as [(String, Int?)])
    func whole(text: String, value: Int?) {
        #expect(JSONNumber(text: text)?.int == value)
    }

    @Test("what is not a JSON number cannot be made one", arguments: ["", "01", "+1", "1.", ".5", "0x1", "nan", "1e", "1 "])
    func notNumbers(text: String) {
        #expect(JSONNumber(text: text) == nil)
    }

    @Test("infinities and NaN are written as null")
    func notFinite() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity), .double(1.5)]).text == "[null,null,1.5]")
    }

    @Test("each accessor answers for its own kind only")
    func accessors() {
        let values: [JSONValue] = [nil, true, 7, "x", [1], ["k": 1]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.int) == [nil, nil, 7, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, "x", nil, nil])
        #expect(values.map(\.array) == [nil, nil, nil, nil, [1], nil])
        #expect(values.map { $0.object != nil } == [false, false, false, false, false, true])
    }

    @Test(
        "strings are written with valid escapes and read back",
        arguments: [
            ("\"\\/", #""\"\\/""#), ("a\n\r\t\u{0}\u{1F}", #""a\n\r\t\u0000\u001f""#), ("刷卡 😀", #""刷卡 😀""#),
            ("", #""""#),
        ])
    func escapes(value: String, text: String) throws {
        #expect(JSONValue.string(value).text == text)
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test("a document longer than allowed is refused before it is read")
    func bounded() {
        #expect(throws: JSONError(offset: 4, reason: "the document is longer than 4 bytes and goes on")) {
            try JSONValue(parsing: "[1,2]", maximumBytes: 4)
        }
    }
}

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("places commas and colons by itself, also between pieces that were taken")
    func pieces() {
        var writer = JSONWriter()
        var text: [UInt8] = []
        writer.beginObject()
        writer.key("list")
        writer.beginArray()
        text += writer.take()
        for number in 1...3 {
            writer.number(number)
            text += writer.take()
        }
        writer.endArray()
        writer.key("empty")
        writer.beginArray()
        writer.endArray()
        writer.key("s")
        writer.string("x")
        writer.key("n")
        writer.null()
        writer.endObject()
        text += writer.take()
        #expect(String(decoding: text, as: UTF8.self) == #"{"list":[1,2,3],"empty":[],"s":"x","n":null}"#)
        #expect(writer.bytes.isEmpty)
    }
}
