/// Accepts well-formed UTF-8 byte by byte (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
package struct UTF8Validator {
    private var remaining = 0
    /// What the next continuation byte must lie between.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    package init() {}

    /// True between characters.
    package var isAtBoundary: Bool { remaining == 0 }

    /// False when `byte` cannot stand here.
    package mutating func accept(_ byte: UInt8) -> Bool {
        guard isAtBoundary else {
            guard byte >= low, byte <= high else { return false }
            (low, high) = (0x80, 0xBF)
            remaining -= 1
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: remaining = 1
        case 0xE0: (remaining, low) = (2, 0xA0)
        case 0xED: (remaining, high) = (2, 0x9F)
        case 0xE1...0xEF: remaining = 2
        case 0xF0: (remaining, low) = (3, 0x90)
        case 0xF1...0xF3: remaining = 3
        case 0xF4: (remaining, high) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
