/// Writes compact JSON, part by part in document order. Commas and colons are its own business; nesting is the caller's.
public struct JSONWriter: Sendable {
    /// What has been written and not yet taken.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() {}

    /// Hands over what has been written so far, so that a long document need not be held whole.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll() }
        return bytes
    }

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    public mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ text: String) { string(utf8: text.utf8) }

    /// The bytes are taken to be UTF-8.
    public mutating func string(utf8: some Sequence<UInt8>) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func number(_ value: some BinaryInteger) { number(JSONNumber(value)) }
    public mutating func number(_ value: JSONNumber) { raw(value.text) }
    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }
    public mutating func null() { raw("null") }

    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                key(member.key)
                self.value(member.value)
            }
            endObject()
        }
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func raw(_ text: String) {
        beginValue()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
        case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
        case 0x00...0x1F:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        default: bytes.append(byte)
        }
    }
}
