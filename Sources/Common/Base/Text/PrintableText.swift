extension Unicode.Scalar {
    /// Nothing that a person sees, but something that a terminal obeys or a log's line ends at: control characters (Unicode's category
    /// Cc: C0, DEL, C1), line and paragraph separators (Zl, Zp), format characters (Cf: what turns the direction of writing, joins,
    /// hides and annotates) and whatever else Unicode says to show nothing for (Default_Ignorable_Code_Point: fillers, variation
    /// selectors, tags). Blanks are seen, whatever their width.
    public var isUnseen: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}

extension StringProtocol {
    /// Somebody else's text as it may stand in a line on a terminal: each scalar that is `isUnseen` becomes a question mark.
    public var printable: String { replacingUnseen { _ in "?" } }

    /// Several lines of text as a terminal may show them: `printable`, but for line feeds and tabs.
    public var printableLines: String { replacingUnseen { $0 == "\n" || $0 == "\t" ? String($0) : "?" } }

    /// A JSON text that means the same and may stand on a terminal: what is unseen in its strings as `\u202e`. Beyond its strings it
    /// must hold nothing of the kind but line feeds.
    public var printableJSON: String {
        replacingUnseen { scalar in
            if scalar == "\n" { return "\n" }
            return String(scalar).utf16.map { "\\u\(hexadecimal([UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)]))" }.joined()
        }
    }

    /// Somebody else's text as the value of `name=value` in a line of a log: as it is where it is one plain word, else `printable`
    /// between quotation marks, in which a backslash stands before each quotation mark and backslash. So no text can pass for the
    /// fields that follow.
    public var logField: String {
        let isWord =
            !isEmpty
            && unicodeScalars.allSatisfy { !$0.isUnseen && !$0.properties.isWhitespace && !"\"\\=".unicodeScalars.contains($0) }
        return isWord ? String(self) : quoted
    }

    /// Somebody else's text within a sentence of a log: between quotation marks, as in `logField`.
    public var quoted: String {
        "\"\(printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private func replacingUnseen(_ replacement: (Unicode.Scalar) -> String) -> String {
        guard unicodeScalars.contains(where: \.isUnseen) else { return String(self) }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isUnseen { result.append(contentsOf: replacement(scalar).unicodeScalars) } else { result.append(scalar) }
        }
        return String(result)
    }
}
