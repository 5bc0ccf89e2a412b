/// Puts a tokenizer's events together to one value.
struct JSONValueBuilder: JSONConsumer {
    private enum Container {
        case array([JSONValue])
        case object(JSONObject, key: String)
    }

    /// The document, once the tokenizer has finished.
    private(set) var result = JSONValue.null
    private var open: [Container] = []

    mutating func beginObject() { open.append(.object(JSONObject(), key: "")) }
    mutating func beginArray() { open.append(.array([])) }
    mutating func endObject() { close() }
    mutating func endArray() { close() }
    mutating func string(_ utf8: Span<UInt8>) { add(.string(String(utf8: utf8))) }
    mutating func number(_ text: Span<UInt8>) { add(.number(JSONNumber(validated: text))) }
    mutating func bool(_ value: Bool) { add(.bool(value)) }
    mutating func null() { add(.null) }

    mutating func key(_ utf8: Span<UInt8>) {
        guard case .object(let members, _)? = open.popLast() else { preconditionFailure("a key outside an object") }
        open.append(.object(members, key: String(utf8: utf8)))
    }

    private mutating func close() {
        switch open.popLast() {
        case .array(let elements): add(.array(elements))
        case .object(let members, _): add(.object(members))
        case nil: preconditionFailure("an end without a beginning")
        }
    }

    private mutating func add(_ value: JSONValue) {
        // Popped rather than copied, so that appending stays in place.
        switch open.popLast() {
        case .array(var elements):
            elements.append(value)
            open.append(.array(elements))
        case .object(var members, let key):
            members.append(key: key, value: value)
            open.append(.object(members, key: key))
        case nil: result = value
        }
    }
}
