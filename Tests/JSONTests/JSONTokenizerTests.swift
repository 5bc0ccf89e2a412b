import Base
import JSON
import Testing

@Suite("JSON tokenizer")
struct JSONTokenizerTests {
    private func failure(_ text: String, _ rules: JSONRules = .strict) -> JSONError? { failure([Array(text.utf8)], rules) }

    private func failure(_ chunks: [[UInt8]], _ rules: JSONRules) -> JSONError? {
        do throws(JSONError) {
            _ = try EventLog.of(chunks, rules)
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
        "lenient mode takes what programs write that put JSON together by hand; strict mode does not",
        arguments: [
            ("[1,]", ["[", "number 1", "]"]),
            ("{'a':1,}", ["{", "key a", "number 1", "}"]),
            ("[1 // one\n]", ["[", "number 1", "]"]),
            ("// before\n[1]// after", ["[", "number 1", "]"]),
            (#"['it\'s "x"']"#, ["[", #"string it's "x""#, "]"]),
            ("\u{FEFF}[]", ["[", "]"]), (" \r\n\u{FEFF}\u{FEFF}\t[]", ["[", "]"]), ("\0[\u{B}1\0]", ["[", "number 1", "]"]),
            ("[] []", ["[", "]"]), ("{}<!-- 0.03s -->", ["{", "}"]), ("{}\0\0", ["{", "}"]), ("{}}", ["{", "}"]),
            ("{}\u{FEFF}\"", ["{", "}"]), ("1 \u{1A}", ["number 1"]),
            ("[\"a\tb\r\nc\0\"]", ["[", "string a\tb\r\nc\0", "]"]),
            ("[00065537,-007,0,0.5]", ["[", "string 00065537", "string -007", "number 0", "number 0.5", "]"]),
            ("01", ["string 01"]),
        ])
    func leniency(text: String, events: [String]) throws {
        #expect(failure(text) != nil)
        #expect(try EventLog.of(text, .lenient) == events)
    }

    @Test(
        "text in Big5, GBK or cut in the middle of a character ends where its quote is, however it is split",
        arguments: [
            // Big5: the last byte of this word is a backslash.
            ([0xA6, 0xA8, 0xA5, 0x5C], 4), ([0xA5, 0x5C, 0xA5, 0x5C], 4),
            // GBK, some of which begins like UTF-8.
            ([0xB3, 0xC9, 0xB9, 0xA6], 4), ([0xD2, 0x5C], 2), ([0xE4, 0xB8, 0x41], 3), ([0xF0, 0x90, 0x80, 0x5C], 4),
            ([0xC4, 0x7B], 2),
            // GB18030, in four bytes.
            ([0x81, 0x30, 0x81, 0x30], 4),
            // UTF-8, whole and cut off.
            ([0xE6, 0x88, 0x90, 0xE5, 0x8A, 0x9F], 6), ([0xE6, 0x88, 0x90, 0xE5, 0x8A], 5), ([0xE6, 0x88, 0x90, 0xE5], 4),
            // Latin-1, and bytes that begin nothing.
            ([0x63, 0x61, 0x66, 0xE9], 4), ([0x80, 0xFF], 2), ([0xE9, 0x20, 0xE9], 3),
            // A real escape behind a whole character.
            ([0xE6, 0x88, 0x90, 0x5C, 0x6E], 4), ([0xB3, 0xC9, 0x5C, 0x6E], 3),
        ] as [([UInt8], Int)])
    func looseText(bytes: [UInt8], length: Int) throws {
        let document = Array("[\"".utf8) + bytes + Array("\",1]".utf8)
        for cut in 0...document.count {
            var log = LengthLog()
            var tokenizer = JSONTokenizer(.lenient)
            try tokenizer.feed(Array(document[..<cut]), to: &log)
            try tokenizer.feed(Array(document[cut...]), to: &log)
            try tokenizer.finish(to: &log)
            #expect(log.lengths == [length, 1])
        }
    }

    @Test(
        "lenient mode is no excuse for nonsense",
        arguments: [
            "", "[,]", "[1,,]", "{,}", "{a:1}", "[1", "[1}", "['a\"]", "/ 1", "/* 1 */ 1", "tru", "[nul]", "[01.5]", "1.",
            "\u{FEFF}", "[\u{FEFF}]", "<html>{}",
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

    /// Every pair of places where a document of a few dozen bytes can be cut, the same place twice included, and byte by byte.
    private static func arrivals(of text: String) -> [[[UInt8]]] {
        let bytes = Array(text.utf8)
        let inThree = (0...bytes.count).flatMap { first in
            (first...bytes.count).map { [Array(bytes[..<first]), Array(bytes[first..<$0]), Array(bytes[$0...])] }
        }
        return [[bytes], bytes.map { [$0] }] + inThree
    }

    /// The documents are held to 8 bytes a token and 3 levels.
    private static let tooMany = "more than 8 bytes in one string or number"

    @Test(
        "what is over a bound is told at the first byte too many, however the document is split",
        arguments: [
            // A number, wherever its mistake is: before the bound the mistake, after it the bound.
            ("[123456789]", tooMany, 9), ("[1234567.]", "unfinished number", 9), ("[12345678.]", tooMany, 9),
            ("[12345678e]", tooMany, 9), ("[1234567e+]", tooMany, 9), ("[-1.5e-23", "cut off", 9), ("[-1.5e-234", tooMany, 9),
            ("123456789", tooMany, 8), ("123456.", "unfinished number", 7), ("-", "unfinished number", 1),
            ("[1234567x]", #"expected "," or "]", found "x""#, 8), ("[123456789x]", tooMany, 9),
            // A string, plain, escaped, in UTF-8, and with a mistake of its own before or after the bound.
            (#"["123456789"]"#, tooMany, 10), (#"["1234567é"]"#, tooMany, 10), (#"["1234567\u00e9"]"#, tooMany, 14),
            (#"["12345678\n"]"#, tooMany, 11), (#"["12345678\x"]"#, #"expected an escape, found "x""#, 11),
            (#"["12345678\ud83d"]"#, "half a surrogate pair", 16),
            ("[\"12345678\u{1}\"]", "control characters must be escaped in a string, found byte value 1", 10),
            ("[\"123456789\u{1}\"]", tooMany, 10), (#"["12345678"#, "cut off", 10), (#"["123456789"#, tooMany, 10),
            // A key.
            (#"{"123456789":1}"#, tooMany, 10), (#"{"a":1,"1234567é":1}"#, tooMany, 16), (#"{"12345678\t":1}"#, tooMany, 11),
            // Levels.
            ("[[[[1]]]]", "more than 3 levels deep", 3), (#"{"a":[{"b":{}}]}"#, "more than 3 levels deep", 11),
            ("[[[],[[]]]]", "more than 3 levels deep", 6),
        ])
    func bounds(text: String, reason: String, offset: Int) {
        let rules = JSONRules(.strict, maximumTokenBytes: 8, maximumDepth: 3)
        #expect(Set(Self.arrivals(of: text).map { failure($0, rules) }) == [JSONError(offset: offset, reason: reason)])
    }

    @Test(
        "in the lenient dialect, too, what is over a bound is told at the first byte too many",
        arguments: [
            ("[12345678e,]", tooMany, 9), ("['123456789']", tooMany, 10), (#"['123456\ud83d']"#, tooMany, 14),
            (#"['123456\ud83d\ud83d']"#, tooMany, 19), (#"{'12345678\'':1}"#, tooMany, 11), ("['12345678\u{7F}']", tooMany, 10),
            ("// 123456789\n[123456789]", tooMany, 22), ("[[[[", "more than 3 levels deep", 3),
        ])
    func lenientBounds(text: String, reason: String, offset: Int) {
        let rules = JSONRules(.lenient, maximumTokenBytes: 8, maximumDepth: 3)
        #expect(Set(Self.arrivals(of: text).map { failure($0, rules) }) == [JSONError(offset: offset, reason: reason)])
    }

    @Test("what just fits is read, however the document is split")
    func fits() throws {
        let rules = JSONRules(.strict, maximumTokenBytes: 8, maximumDepth: 3)
        for chunks in Self.arrivals(of: #"{"12345678":["123456\u00e9",-1.5e-23,[]]}"#) {
            let log = try EventLog.of(chunks, rules)
            #expect(log == ["{", "key 12345678", "[", "string 123456é", "number -1.5e-23", "[", "]", "]", "}"])
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
        var random = SeededGenerator(seed: seed)
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

/// The lengths of strings and numbers, in bytes.
private struct LengthLog: JSONConsumer {
    var lengths: [Int] = []
    mutating func beginObject() {}
    mutating func endObject() {}
    mutating func beginArray() {}
    mutating func endArray() {}
    mutating func key(_ utf8: Span<UInt8>) {}
    mutating func string(_ utf8: Span<UInt8>) { lengths.append(utf8.count) }
    mutating func number(_ text: Span<UInt8>) { lengths.append(text.count) }
    mutating func bool(_ value: Bool) {}
    mutating func null() {}
}
