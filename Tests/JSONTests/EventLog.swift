import JSON

/// Notes a tokenizer's events in a form that is easy to compare.
struct EventLog: JSONConsumer {
    var events: [String] = []

    mutating func beginObject() { events.append("{") }
    mutating func endObject() { events.append("}") }
    mutating func beginArray() { events.append("[") }
    mutating func endArray() { events.append("]") }
    mutating func key(_ utf8: Span<UInt8>) { events.append("key " + String(utf8: utf8)) }
    mutating func string(_ utf8: Span<UInt8>) { events.append("string " + String(utf8: utf8)) }
    mutating func number(_ text: Span<UInt8>) { events.append("number " + String(utf8: text)) }
    mutating func bool(_ value: Bool) { events.append(value ? "true" : "false") }
    mutating func null() { events.append("null") }

    static func of(_ chunks: [[UInt8]], _ rules: JSONRules) throws(JSONError) -> [String] {
        var tokenizer = JSONTokenizer(rules)
        var log = EventLog()
        for chunk in chunks { try tokenizer.feed(chunk, to: &log) }
        try tokenizer.finish(to: &log)
        return log.events
    }

    static func of(_ text: String, _ rules: JSONRules = .strict) throws(JSONError) -> [String] {
        try of([Array(text.utf8)], rules)
    }
}
