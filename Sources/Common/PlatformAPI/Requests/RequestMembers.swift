import JSON

/// The members of a request's outermost object, each as a text; what is nested is left out. Null is as good as empty.
struct RequestMembers: JSONConsumer {
    private(set) var fields: [RequestFields.Field] = []
    /// True when the document is an object.
    private(set) var isObject = false
    private var depth = 0
    private var name = ""

    mutating func beginObject() {
        if depth == 0 { isObject = true }
        depth += 1
    }

    mutating func beginArray() { depth += 1 }
    mutating func endObject() { depth -= 1 }
    mutating func endArray() { depth -= 1 }

    mutating func key(_ utf8: Span<UInt8>) {
        if depth == 1 { name = String(utf8: utf8) }
    }

    mutating func string(_ utf8: Span<UInt8>) { add(String(utf8: utf8)) }
    mutating func number(_ text: Span<UInt8>) { add(String(utf8: text)) }
    mutating func bool(_ value: Bool) { add(String(value)) }
    mutating func null() { add("") }

    private mutating func add(_ text: String) {
        if depth == 1, isObject { fields.append((name, Array(text.utf8))) }
    }
}
