import JSON
import Testing

@Suite("JSON tokenizer")
struct JSONTokenizerTests {
    private func failure(_ text: String, _ rules: JSONRules = .strict) -> JSONError? {
        do throws(JSONError) {
            _ = try EventLog.of(text, rules)
            return nil
        } catch {
            return error
        }
    }

    @Test("hands over every kind of value in document order")
    func events() throws {
        let log = try EventLog.of(#" { "a" : [ 1, -2.5e+3, "x", true, false, null, {}, [] ], "": "é" } "#)
        #expect(
            log == [
                "{", "key a", "[", "number 1", "number -2.5e+3", "string x", "true", "false", "null", "{", "}", "[", "]", "]",
                "key ", "string é", "}",
            ])
    }

    @Test("a document split anywhere gives the same events")
    func splits() throws {
        let text = #"{"名\u00e9\n":[1.5e-3,"\ud83d\ude00é",true,null],"b":-0}"#
        let bytes = Array(text.utf8)
        let whole = try EventLog.of(text)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                #expect(try EventLog.of(chunks, .strict) == whole)
            }
        }
    }

    @Test("escapes are resolved, pairs of surrogates to one character")
    func escapes() throws {
        #expect(
            try EventLog.of(#""\"\\\/\b\f\n\r\t\u0041\u00E9\u20ac\uD83D\uDE00""#) == [
                "string \"\\/\u{8}\u{C}\n\r\tAé€😀"
            ])
    }

    @Test(
        "half a surrogate pair is an error in strict mode and U+FFFD in lenient mode",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ])
    func surrogates(text: String, repaired: String) throws {
        #expect(failure(text)?.reason == "half a surrogate pair")
        #expect(try EventLog.of(text, .lenient) == ["string " + repaired])
    }

    @Test(
        "bytes that are not UTF-8 are an error in strict mode only",
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBD], [0x80],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) throws {
        let quote = UInt8(ascii: "\"")
        let document = [quote] + bytes + [quote]
        #expect(throws: JSONError.self) { try EventLog.of([document], .strict) }
        #expect(try EventLog.of([document], .lenient).count == 1)
    }

    @Test(
        "lenient mode takes trailing commas, // comments and single-quoted strings; strict mode does not",
        arguments: [
            ("[1,]", ["[", "number 1", "]"]),
            ("{'a':1,}", ["{", "key a", "number 1", "}"]),
            ("[1 // one\n]", ["[", "number 1", "]"]),
            ("// before\n[1]// after", ["[", "number 1", "]"]),
            (#"['it\'s "x"']"#, ["[", #"string it's "x""#, "]"]),
        ])
    func leniency(text: String, events: [String]) throws {
        #expect(failure(text) != nil)
        #expect(try EventLog.of(text, .lenient) == events)
    }

    @Test(
        "lenient mode is no excuse for nonsense",
        arguments: [
            "", "[,]", "[1,,]", "{,}", "{a:1}", "[1", "[1}", "['a\"]", "/ 1", "/* 1 */ 1", "tru", "[nul]", "01", "1.",
            "[] []", "\"\t\"",
        ])
    func nonsense(text: String) {
        #expect(failure(text, .lenient) != nil)
    }

    @Test(
        "an error says what was expected, what was found and where",
        arguments: [
            (#"{"a" 1}"#, #"expected ":" after a key, found "1" at byte 5"#),
            ("[1 2]", #"expected "," or "]", found "2" at byte 3"#),
            ("[truth]", #"expected "true", found "t" at byte 4"#),
            ("<html>", #"expected a value, found "<" at byte 0"#),
            ("\"a\u{1}\"", "control characters must be escaped in a string, found byte value 1 at byte 2"),
            (#"{"a":"#, "cut off at byte 5"),
            ("", "nothing there, expected a value at byte 0"),
            ("-", "unfinished number at byte 1"),
            ("1 1", #"expected nothing after the document, found "1" at byte 2"#),
        ])
    func messages(text: String, message: String) {
        #expect(failure(text)?.description == message)
    }

    @Test("offsets count over all chunks, and an error stays")
    func errorStays() {
        var tokenizer = JSONTokenizer()
        var log = EventLog()
        let expected = JSONError(offset: 4, reason: #"expected a value, found "]""#)
        #expect(throws: Never.self) { try tokenizer.feed(Array("[1, ".utf8), to: &log) }
        #expect(throws: expected) { try tokenizer.feed(Array("]".utf8), to: &log) }
        #expect(throws: expected) { try tokenizer.feed(Array("2]".utf8), to: &log) }
        #expect(throws: expected) { try tokenizer.finish(to: &log) }
        #expect(!tokenizer.isFinished)
    }

    @Test("strings, keys and numbers longer than allowed are refused, however they are split")
    func longTokens() throws {
        let rules = JSONRules(.strict, maximumTokenBytes: 8)
        #expect(try EventLog.of(#"{"12345678":"12345678","n":12345678}"#, rules).count == 6)
        for text in [#"["123456789"]"#, #"{"123456789":1}"#, "[123456789]", #"["1234567\u00e9"]"#] {
            let bytes = Array(text.utf8)
            for split in 0...bytes.count {
                #expect(throws: JSONError.self) {
                    try EventLog.of([Array(bytes[..<split]), Array(bytes[split...])], rules)
                }
            }
        }
    }

    @Test(
        "the first mistake is told, however the document is split",
        arguments: [
            #"["123456789"]"#, "[\"123456789\u{1}\"]", "[\"12345678\u{1}\"]", #"["1234567é"]"#, #"["1234567\u00e9"]"#,
            #"["1234\n6789"]"#, "[123456789]",
        ])
    func firstMistake(text: String) {
        let rules = JSONRules(.strict, maximumTokenBytes: 8)
        let bytes = Array(text.utf8)
        let whole = Result { () throws(JSONError) in try EventLog.of([bytes], rules) }
        #expect(whole == Result { () throws(JSONError) in try EventLog.of(bytes.map { [$0] }, rules) })
        for split in 0...bytes.count {
            let chunks = [Array(bytes[..<split]), Array(bytes[split...])]
            #expect(whole == Result { () throws(JSONError) in try EventLog.of(chunks, rules) })
        }
    }

    @Test("nesting is bounded")
    func depth() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try EventLog.of(deepest).count == 128)
        #expect(failure("[" + deepest + "]")?.description == "more than 64 levels deep at byte 64")
        #expect(failure("[[1]]", JSONRules(.strict, maximumDepth: 1)) != nil)
    }

    @Test("garbage never crashes, and split garbage gives the same result", arguments: 0..<8 as Range<UInt64>)
    func garbage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array(#"{}[]:,"'\/untrfalse0123456789.eE+- "#.utf8) + [0x0A, 0x00, 0xE4, 0xBD, 0xA0, 0xFF]
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            for rules in [JSONRules.strict, .lenient] {
                let whole = Result { () throws(JSONError) in try EventLog.of([bytes], rules) }
                let split = Result { () throws(JSONError) in try EventLog.of(bytes.map { [$0] }, rules) }
                #expect(whole == split, "\(bytes)")
            }
        }
    }
}
