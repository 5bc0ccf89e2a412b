/// What scanners put around a code, in whatever mode they send it: STX before, ETX, Tab and line ends behind, and in front the
/// identifier of its kind and of its character set. None of it is part of the code.
enum ScanFrame {
    private static let startOfText: UInt8 = 0x02
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    /// ETX and what else ends a text.
    private static let ends: Set<UInt8> = [0x03, tab, lineFeed, carriageReturn]

    /// The code in a scan; empty when there is none. STX and ends are taken off text, and off a code that says its length: of other bytes
    /// nothing tells whether they are frame or code.
    static func code(in scan: some Sequence<UInt8>) -> [UInt8] {
        let scan = Array(scan)[...]
        if let end = statedEnd(of: scan), end <= scan.endIndex, scan[end...].allSatisfy(ends.contains) {
            return Array(withoutBeginning(scan)[..<end])
        }
        var text = scan
        if text.first == startOfText { text = text.dropFirst() }
        while let last = text.last, ends.contains(last) { text = text.dropLast() }
        return Array(withoutIdentifiers(text.allSatisfy(isText) ? text : scan))
    }

    /// Whether a scan after which nothing more comes is whole, although its usual end is missing.
    static func isEnded(_ scan: [UInt8]) -> Bool { scan.last.map(ends.contains) ?? false }

    /// Where a code ends that says it itself, which may be behind what has come of it; nil of any other. The transport ministry's code
    /// (docs/platform-api.md) does: 80 or more, the number of bytes behind the next two, those two, and 24.
    static func statedEnd(of scan: ArraySlice<UInt8>) -> Int? {
        let code = withoutBeginning(scan)
        guard let first = code.first, first >= 0x80, code.count >= 4, code[code.startIndex + 3] == 0x24 else { return nil }
        let count = 3 + (Int(code[code.startIndex + 1]) << 8 | Int(code[code.startIndex + 2]))
        return (332...364).contains(count) ? code.startIndex + count : nil
    }

    private static func withoutBeginning(_ scan: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        withoutIdentifiers(scan.first == startOfText ? scan.dropFirst() : scan)
    }

    /// Printable ASCII, and the separators (FS, GS, RS, US) of codes with several fields.
    private static func isText(_ byte: UInt8) -> Bool { (0x1C...0x7E).contains(byte) }

    /// Without the AIM identifier of QR codes (ISO/IEC 15424: `]Q0` to `]Q6`) and without the number of the character set (AIM ITS/04-023:
    /// a backslash and six digits, `\000026` for UTF-8).
    private static func withoutIdentifiers(_ code: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = code
        if rest.starts(with: "]Q".utf8), let kind = rest.dropFirst(2).first, ("0"..."6").contains(Unicode.Scalar(kind)) {
            rest = rest.dropFirst(3)
        }
        let number = rest.dropFirst().prefix(6)
        if rest.first == UInt8(ascii: "\\"), number.count == 6, number.allSatisfy({ ("0"..."9").contains(Unicode.Scalar($0)) }) {
            rest = rest.dropFirst(7)
        }
        return rest.isEmpty ? code : rest
    }
}

extension [ScannerOutput] {
    /// A scan has ended: its code, if there is one.
    mutating func append(codeOf scan: some Sequence<UInt8>) {
        let code = ScanFrame.code(in: scan)
        if !code.isEmpty { append(.scan(code)) }
    }
}
