/// Text in the columns of a terminal, where an ideograph takes two.
extension String {
    /// How many columns the text takes.
    var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// The text cut to `columns` columns.
    func clipped(to columns: Int) -> String {
        var width = 0
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            width += scalar.columns
            guard width <= columns else { break }
            result.append(scalar)
        }
        return String(result)
    }

    /// The text in lines of at most `columns` columns, at least one line; those that follow begin with `indentation` spaces.
    func wrapped(to columns: Int, indentation: Int = 0) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var width = 0
        for scalar in unicodeScalars {
            if width + scalar.columns > columns, width > indentation {
                lines.append(String(line))
                line = String.UnicodeScalarView(repeatElement(" ", count: indentation))
                width = indentation
            }
            line.append(scalar)
            width += scalar.columns
        }
        return lines + [String(line)]
    }

    /// The text with spaces behind it up to `columns` columns.
    func padded(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - self.columns)) }
}

extension Unicode.Scalar {
    /// Two of what is wide or full-width by Unicode's East Asian Width (UAX 11), none of a combining mark.
    fileprivate var columns: Int {
        switch value {
        case ..<0x300: 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default:
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: 0
            default: 1
            }
        }
    }
}
