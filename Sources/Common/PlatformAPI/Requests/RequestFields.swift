import JSON

/// What the body of a request says, name by name. What is sent under which name the document prescribes, but no form for it: devices
/// send JSON, forms and multipart, and many a library calls all of them a form, or gives them no type. So the bytes decide.
enum RequestFields {
    typealias Field = (name: String, value: [UInt8])

    /// What a body turned out to be.
    enum Form {
        /// From its first character on.
        case json([UInt8])
        case fields([Field])
    }

    /// In the order of the body. What is nested is no field of this interface.
    /// - Throws: `FieldError` about the field `body` when it is neither.
    static func read(_ body: [UInt8], contentType: String?) throws(FieldError) -> [Field] {
        switch form(of: body, contentType: contentType) {
        case .json(let body): try members(of: body)
        case .fields(let fields): fields
        }
    }

    static func form(of body: [UInt8], contentType: String?) -> Form {
        let marked = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body[...]
        let body = Array(marked.drop { $0 <= UInt8(ascii: " ") })
        let type = contentType?.lowercased() ?? ""
        switch body.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): break
        case UInt8(ascii: "-") where body.starts(with: "--".utf8): return .fields(MultipartForm.decode(body))
        default:
            // A preamble may stand before the parts.
            let parts = type.hasPrefix("multipart/") ? MultipartForm.decode(body) : []
            guard parts.isEmpty else { return .fields(parts) }
            guard type.hasPrefix("application/x-www-form-urlencoded") || body.contains(UInt8(ascii: "=")) else { break }
            return .fields(FormEncoding.decode(body))
        }
        return .json(body)
    }

    private static func members(of body: [UInt8]) throws(FieldError) -> [Field] {
        var members = RequestMembers()
        do throws(JSONError) {
            var tokenizer = JSONTokenizer(.lenient)
            try tokenizer.feed(body, to: &members)
            try tokenizer.finish(to: &members)
        } catch {
            throw FieldError(field: "body", problem: "is not JSON: \(error)")
        }
        guard members.isObject else { throw FieldError(field: "body", problem: "is not a JSON object") }
        return members.fields
    }
}
