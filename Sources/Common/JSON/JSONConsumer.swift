/// Takes the events of a `JSONTokenizer` in document order. They are well nested, and every member's value follows its key.
///
/// The bytes handed over are good for the length of the call; no copy has been made of them where none was needed.
public protocol JSONConsumer {
    mutating func beginObject()
    mutating func endObject()
    mutating func beginArray()
    mutating func endArray()
    /// UTF-8 with the escapes resolved.
    mutating func key(_ utf8: Span<UInt8>)
    /// UTF-8 with the escapes resolved; in the lenient dialect whatever bytes the document has.
    mutating func string(_ utf8: Span<UInt8>)
    /// The number as it is written, in the grammar of RFC 8259 section 6.
    mutating func number(_ text: Span<UInt8>)
    mutating func bool(_ value: Bool)
    mutating func null()
}
