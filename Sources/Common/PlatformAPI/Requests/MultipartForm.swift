/// `multipart/form-data` (RFC 7578). The boundary is the first line that looks like one, so that a header which lost it, or names
/// another, does no harm.
enum MultipartForm {
    /// What comes before the first delimiter is left out, and so is a part without a name. Lines may end in LF alone, a delimiter in
    /// blanks (RFC 2046 section 5.1.1).
    static func decode(_ bytes: [UInt8]) -> [RequestFields.Field] {
        var rest = bytes[...]
        while !rest.isEmpty, !rest.starts(with: "--".utf8) { rest = withoutLine(rest) }
        let firstLine = line(of: rest)
        let delimiter = firstLine.dropLast(
            firstLine.reversed().prefix { [UInt8(ascii: " "), UInt8(ascii: "\t")].contains($0) }.count)
        var fields: [RequestFields.Field] = []
        rest = rest.dropFirst(delimiter.count)
        while !rest.starts(with: "--".utf8), let end = find(delimiter, in: rest) {
            if let field = field(withoutLineEnd(rest[..<end])) { fields.append(field) }
            rest = rest[(end + delimiter.count)...]
        }
        return fields
    }

    /// A part: the line end behind its delimiter, headers, an empty line, the value.
    private static func field(_ part: ArraySlice<UInt8>) -> RequestFields.Field? {
        var rest = withoutLine(part)
        var name: String?
        while !rest.isEmpty {
            let header = line(of: rest)
            rest = withoutLine(rest)
            guard !header.isEmpty else { return name.map { ($0, Array(rest)) } }
            name = name ?? Self.name(in: String(decoding: header, as: UTF8.self))
        }
        return nil
    }

    /// `Content-Disposition: form-data; name="card_id"`
    private static func name(in header: String) -> String? {
        guard header.lowercased().hasPrefix("content-disposition:") else { return nil }
        for parameter in header.split(separator: ";").dropFirst() {
            let halves = parameter.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].filter({ $0 != " " }).lowercased() == "name" else { continue }
            return halves[1].filter { $0 != "\"" && $0 != " " }
        }
        return nil
    }

    /// Up to the line's end, which is left out.
    private static func line(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    private static func withoutLine(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    }

    private static func withoutLineEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        let line = bytes.dropLast()
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    /// Where `delimiter` next begins a line.
    private static func find(_ delimiter: ArraySlice<UInt8>, in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
            index = end + 1
            if bytes[index...].starts(with: delimiter) { return index }
        }
        return nil
    }
}
