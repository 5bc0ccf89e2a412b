/// What a keyboard-wedge scanner types: lower-case letters and digits, then Enter, as 64-bit `struct input_event` records.
enum Keystrokes {
    private static let codes: [Character: UInt16] = {
        var codes: [Character: UInt16] = [:]
        for (row, first) in [("1234567890", 2), ("qwertyuiop", 16), ("asdfghjkl", 30), ("zxcvbnm", 44)] as [(String, UInt16)] {
            for (offset, character) in row.enumerated() { codes[character] = first + UInt16(offset) }
        }
        return codes
    }()

    static func records(typing text: String) -> [UInt8] {
        (text.compactMap { codes[$0] } + [28]).flatMap { record(1, $0, 1) + record(1, $0, 0) + record(0, 0, 0) }
    }

    private static func record(_ type: UInt16, _ code: UInt16, _ value: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        for field in [UInt64(type), UInt64(code)] {
            bytes += [UInt8(truncatingIfNeeded: field), UInt8(truncatingIfNeeded: field >> 8)]
        }
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
