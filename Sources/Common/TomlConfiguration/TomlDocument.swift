import CToml

/// A parsed TOML 1.0 document: values nested at most 8 deep, at most 64 dots in a line.
@safe public struct TomlDocument: ~Copyable {
    private let handle: OpaquePointer

    /// Throws the first syntax error with its line; toml++ does not look for a second one.
    public init(_ text: [UInt8]) throws(ConfigurationMistake) {
        let handle = unsafe text.withUnsafeBytes { bytes in
            unsafe ctoml_parse(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard let handle = unsafe handle else {
            preconditionFailure("ctoml_parse always returns a document")
        }
        unsafe self.handle = handle
        if let error = unsafe ctoml_error(handle) {
            throw unsafe ConfigurationMistake(
                line: Int(ctoml_error_line(handle)), key: "", text: "not TOML: \(String(cString: error))")
        }
    }

    deinit { unsafe ctoml_free(handle) }

    /// The whole document as values: its table, members sorted by key.
    public func root() -> TomlValue {
        var index = 0
        return member(at: &index).value
    }

    /// Reads the node at `index` with its descendants, and leaves `index` behind them.
    private func member(at index: inout Int) -> TomlMember {
        let node = unsafe ctoml_node_at(handle, index)
        index += 1
        let content: TomlValue.Content =
            switch unsafe node.type {
            case CTOML_TABLE: unsafe .table((0..<node.count).map { _ in member(at: &index) })
            case CTOML_ARRAY: unsafe .array((0..<node.count).map { _ in member(at: &index).value })
            case CTOML_STRING: unsafe .string(text(node.text, node.text_length))
            case CTOML_INTEGER: unsafe .integer(node.integer)
            case CTOML_FLOAT: unsafe .number(node.number)
            case CTOML_BOOLEAN: unsafe .boolean(node.boolean != 0)
            default: .time
            }
        return unsafe TomlMember(
            key: text(node.key, node.key_length),
            value: TomlValue(content, line: Int(node.line), column: Int(node.column)))
    }

    private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }
}
