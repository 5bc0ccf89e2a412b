import JSON

/// A line of the control socket that answers a request: its result, or why there is none.
public enum ControlAnswer: Hashable, Sendable {
    case result(JSONValue)
    case failure(ControlError)

    /// With the newline that ends it.
    public var line: [UInt8] {
        let json: JSONValue =
            switch self {
            case .result(let result): ["ok": true, "result": result]
            case .failure(let error):
                ["ok": false, "error": ["code": .string(error.code.rawValue), "text": .string(error.text)]]
            }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// Reads a line without its newline; nil when it holds neither a result nor an error. A code of a later release counts as
    /// `failed`.
    ///
    /// - Throws: when it is not JSON, or longer than `maximumBytes`.
    public init?(line: [UInt8], maximumBytes: Int) throws(JSONError) {
        let json = try JSONValue(parsing: line, maximumBytes: maximumBytes)
        if json["ok"] == true, let result = json["result"] {
            self = .result(result)
        } else if let text = json["error"]?["text"]?.string {
            let code = json["error"]?["code"]?.string.flatMap(ControlError.Code.init(rawValue:))
            self = .failure(ControlError(code ?? .failed, text))
        } else {
            return nil
        }
    }
}
