import JSON

/// Copies a JSON document without the members by which its sender proves himself, at whatever depth.
struct CredentialFilter: JSONConsumer {
    private(set) var writer = JSONWriter()
    /// Each text, number and truth value with the name of the nearest member.
    private(set) var values: [RequestFields.Field] = []
    private var name = ""
    /// The next value is a credential.
    private var leavesOutNext = false
    /// How deep within a credential that is an object or an array; 0 outside.
    private var depthLeftOut = 0

    /// Whether a member of that name may prove who sent a request: it opens something for whoever reads it.
    static func isCredential(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
        return ["token", "secret", "password", "passwd"].contains { plain.contains($0) }
            || ["authorization", "appid", "appkey", "apikey", "pwd", "sign", "signature"].contains(plain)
    }

    mutating func key(_ utf8: Span<UInt8>) {
        guard depthLeftOut == 0 else { return }
        name = String(utf8: utf8)
        leavesOutNext = Self.isCredential(name)
        if !leavesOutNext { writer.key(name) }
    }

    mutating func beginObject() { if begins() { writer.beginObject() } }
    mutating func beginArray() { if begins() { writer.beginArray() } }
    mutating func endObject() { if ends() { writer.endObject() } }
    mutating func endArray() { if ends() { writer.endArray() } }

    mutating func string(_ utf8: Span<UInt8>) {
        let text = String(utf8: utf8)
        if takes(text) { writer.string(text) }
    }

    mutating func number(_ text: Span<UInt8>) {
        let text = String(utf8: text)
        guard takes(text) else { return }
        if let number = JSONNumber(text: text) { writer.number(number) } else { writer.string(text) }
    }

    mutating func bool(_ value: Bool) { if takes(String(value)) { writer.bool(value) } }
    mutating func null() { if takes("") { writer.null() } }

    private mutating func takes(_ text: String) -> Bool {
        guard depthLeftOut == 0, !leavesOutNext else {
            leavesOutNext = false
            return false
        }
        values.append((name, Array(text.utf8)))
        return true
    }

    private mutating func begins() -> Bool {
        if depthLeftOut > 0 || leavesOutNext {
            leavesOutNext = false
            depthLeftOut += 1
        }
        return depthLeftOut == 0
    }

    private mutating func ends() -> Bool {
        if depthLeftOut == 0 { return true }
        depthLeftOut -= 1
        return false
    }
}
