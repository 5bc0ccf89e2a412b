import Base
import JSON

/// The fields of a request in the order of the document's table, each with the type that the table gives it.
struct RequestBody {
    private enum Value {
        case string(String)
        case int(Int)
    }

    private var fields: [(name: String, value: Value)] = []

    mutating func string(_ name: String, _ text: String) { fields.append((name, .string(text))) }
    mutating func int(_ name: String, _ number: Int) { fields.append((name, .int(number))) }

    /// Optional fields that are unknown are left out, never sent as 0 or empty.
    mutating func optional(_ name: String, _ text: String?) {
        if let text { string(name, text) }
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in fields {
            writer.key(name)
            switch value {
            case .string(let text): writer.string(text)
            case .int(let number): writer.number(number)
            }
        }
        writer.endObject()
        return writer.bytes
    }

    var form: [UInt8] {
        FormEncoding.encode(
            fields.map { field in
                switch field.value {
                case .string(let text): (field.name, Array(text.utf8))
                case .int(let number): (field.name, Array(String(number).utf8))
                }
            })
    }
}
