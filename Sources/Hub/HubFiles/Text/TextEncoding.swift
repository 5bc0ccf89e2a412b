import JSON

/// How a text file's characters are written.
public enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// What Chinese Windows calls ANSI; GBK and GB 2312 are parts of it.
    case gb18030 = "GB18030"

    /// The encoding that a byte order mark at the file's beginning names, and how many bytes the mark has; nil where there is none.
    static func marked(_ beginning: [UInt8]) -> (encoding: TextEncoding, markLength: Int)? {
        if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if beginning.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if beginning.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return nil
    }
}

/// Whether a text without a mark is UTF-8, told piece by piece: if any of it is not, it is GB18030.
struct UnmarkedEncoding {
    private var validator = UTF8Validator()
    private var isUTF8 = true

    mutating func take(_ bytes: [UInt8]) {
        guard isUTF8 else { return }
        for byte in bytes where !validator.accept(byte) {
            isUTF8 = false
            return
        }
    }

    var encoding: TextEncoding { isUTF8 && validator.isAtBoundary ? .utf8 : .gb18030 }
}
