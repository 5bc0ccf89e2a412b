import JSON

extension FuzzTarget {
    static let jsonStrict = FuzzTarget(name: "json-strict") { input in
        try checkTokenizer(input, .strict)
        guard let value = try? JSONValue(parsing: input, rules: .strict) else { return }
        try checkValue(value)
        let lenient = try? JSONValue(parsing: input, rules: .lenient)
        try require(lenient?.bytes == value.bytes, "strict JSON says something else in the lenient dialect")
    }

    static let jsonLenient = FuzzTarget(name: "json-lenient") { input in
        try checkTokenizer(input, .lenient)
        guard let value = try? JSONValue(parsing: input, rules: .lenient) else { return }
        try checkValue(value)
    }

    /// The same events and the same error, however the bytes arrive, with roomy and with tight bounds.
    private static func checkTokenizer(_ input: [UInt8], _ rules: JSONRules) throws {
        for rules in [rules, JSONRules(rules.dialect, maximumTokenBytes: 8, maximumDepth: 3)] {
            let logs = input.arrivals.map { JSONEvents(of: $0, rules) }
            for log in logs {
                try require(log.isSame(as: logs[0]), "\(log) came of bytes cut up, \(logs[0]) of all at once")
                try require(log.longestToken <= rules.maximumTokenBytes, "a token of \(log.longestToken) bytes")
                try require(log.deepest <= rules.maximumDepth, "\(log.deepest) levels")
                try require(log.error != nil || log.depth == 0, "a document that ends \(log.depth) levels deep")
            }
        }
    }

    /// What was read is strict JSON when it is written, and says the same.
    private static func checkValue(_ value: JSONValue) throws {
        let written = value.bytes
        let again = try JSONValue(parsing: written, rules: .strict, maximumBytes: .max)
        try require(again == value && again.bytes == written, "\(value.text) is read back as \(again.text)")
    }
}

/// All that a tokenizer hands over, and the error in which it ends.
private struct JSONEvents: JSONConsumer {
    private(set) var events: [[UInt8]] = []
    private(set) var error: JSONError?
    private(set) var longestToken = 0
    private(set) var depth = 0
    private(set) var deepest = 0

    init(of chunks: [[UInt8]], _ rules: JSONRules) {
        var tokenizer = JSONTokenizer(rules)
        do throws(JSONError) {
            for chunk in chunks { try tokenizer.feed(chunk, to: &self) }
            try tokenizer.finish(to: &self)
        } catch {
            self.error = error
        }
    }

    func isSame(as other: JSONEvents) -> Bool { events == other.events && error == other.error }

    mutating func beginObject() { begin("{") }
    mutating func endObject() { end("}") }
    mutating func beginArray() { begin("[") }
    mutating func endArray() { end("]") }
    mutating func key(_ utf8: Span<UInt8>) { token("k", utf8) }
    mutating func string(_ utf8: Span<UInt8>) { token("s", utf8) }
    mutating func number(_ text: Span<UInt8>) { token("n", text) }
    mutating func bool(_ value: Bool) { events.append(Array("\(value)".utf8)) }
    mutating func null() { events.append(Array("null".utf8)) }

    private mutating func begin(_ mark: String) {
        events.append(Array(mark.utf8))
        depth += 1
        deepest = max(deepest, depth)
    }

    private mutating func end(_ mark: String) {
        events.append(Array(mark.utf8))
        depth -= 1
    }

    private mutating func token(_ mark: String, _ bytes: Span<UInt8>) {
        events.append(Array(mark.utf8) + bytes.indices.map { bytes[$0] })
        longestToken = max(longestToken, bytes.count)
    }
}
