import CLinux

/// What a keyboard sends, as `struct input_event` of 64-bit Linux. Key numbers come from the kernel's own header.
enum ScannerKeystrokes {
    static func record(type: Int32, code: Int32, value: Int32) -> [UInt8] {
        let time = [UInt8](repeating: 0x5A, count: 16)
        return time + bytes(UInt16(type)) + bytes(UInt16(code)) + bytes(UInt32(bitPattern: value))
    }

    static let report = record(type: EV_SYN, code: SYN_REPORT, value: 0)
    static let lost = record(type: EV_SYN, code: SYN_DROPPED, value: 0)
    static let enter = stroke(KEY_ENTER)

    static func down(_ key: Int32) -> [UInt8] { record(type: EV_KEY, code: key, value: 1) + report }
    static func up(_ key: Int32) -> [UInt8] { record(type: EV_KEY, code: key, value: 0) + report }
    static func stroke(_ key: Int32) -> [UInt8] { down(key) + up(key) }

    /// Letters, digits and `+`, as a wedge scanner types them: Shift around each capital.
    static func typed(_ text: String) -> [UInt8] {
        text.flatMap { character -> [UInt8] in
            let key = keys[Character(character.lowercased())] ?? KEY_UNKNOWN
            return character.isUppercase ? down(KEY_LEFTSHIFT) + stroke(key) + up(KEY_LEFTSHIFT) : stroke(key)
        }
    }

    /// Any bytes: ASCII by the keys of the US map, control characters with Ctrl, all others with Alt and the keypad.
    static func typed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            if let (key, isShifted) = ascii[byte] {
                return isShifted ? down(KEY_LEFTSHIFT) + stroke(key) + up(KEY_LEFTSHIFT) : stroke(key)
            }
            if byte < 0x20, let (key, _) = ascii[byte | 0x60] { return down(KEY_LEFTCTRL) + stroke(key) + up(KEY_LEFTCTRL) }
            let digits = String(byte).flatMap { stroke(keypad[Int(String($0)) ?? 0]) }
            return down(KEY_LEFTALT) + digits + up(KEY_LEFTALT)
        }
    }

    private static let keypad = [KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4, KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9]

    /// By what the kernel's key numbers type on the US map.
    private static let ascii: [UInt8: (key: Int32, isShifted: Bool)] = {
        let rows: [(Int32, String, String)] = [
            (KEY_1, "1234567890-=", "!@#$%^&*()_+"), (KEY_Q, "qwertyuiop[]", "QWERTYUIOP{}"),
            (KEY_A, "asdfghjkl;'`", "ASDFGHJKL:\"~"), (KEY_BACKSLASH, "\\zxcvbnm,./", "|ZXCVBNM<>?"), (KEY_SPACE, " ", ""),
            (KEY_TAB, "\t", ""),
        ]
        var table: [UInt8: (Int32, Bool)] = [:]
        for (first, plain, shifted) in rows {
            for (offset, byte) in plain.utf8.enumerated() { table[byte] = (first + Int32(offset), false) }
            for (offset, byte) in shifted.utf8.enumerated() { table[byte] = (first + Int32(offset), true) }
        }
        return table
    }()

    private static let keys: [Character: Int32] = [
        "a": KEY_A, "b": KEY_B, "c": KEY_C, "d": KEY_D, "e": KEY_E, "f": KEY_F, "g": KEY_G, "h": KEY_H, "i": KEY_I,
        "j": KEY_J, "k": KEY_K, "l": KEY_L, "m": KEY_M, "n": KEY_N, "o": KEY_O, "p": KEY_P, "q": KEY_Q, "r": KEY_R,
        "s": KEY_S, "t": KEY_T, "u": KEY_U, "v": KEY_V, "w": KEY_W, "x": KEY_X, "y": KEY_Y, "z": KEY_Z,
        "0": KEY_0, "1": KEY_1, "2": KEY_2, "3": KEY_3, "4": KEY_4, "5": KEY_5, "6": KEY_6, "7": KEY_7, "8": KEY_8,
        "9": KEY_9, "+": KEY_KPPLUS,
    ]

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
