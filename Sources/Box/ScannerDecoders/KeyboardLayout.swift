/// The US keyboard, which wedge scanners type on unless they are set up otherwise. Key numbers are those of
/// `linux/input-event-codes.h`, which follow the rows of the keyboard.
enum KeyboardLayout {
    static let enter: UInt16 = 28
    static let leftShift: UInt16 = 42
    static let rightShift: UInt16 = 54
    static let capsLock: UInt16 = 58
    static let keypadEnter: UInt16 = 96

    /// The ASCII character that a key types, nil for a key that types none. The keypad types digits, as with Num Lock on.
    static func character(of key: UInt16, modifiers: KeyboardModifiers) -> UInt8? {
        guard key < plain.count, plain[Int(key)] != 0 else { return nil }
        let letter = plain[Int(key)] >= UInt8(ascii: "a") && plain[Int(key)] <= UInt8(ascii: "z")
        let isShifted = !modifiers.isDisjoint(with: .shift) != (letter && modifiers.contains(.capsLock))
        return isShifted ? shifted[Int(key)] : plain[Int(key)]
    }

    private static let rows: [(first: Int, plain: String, shifted: String)] = [
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (15, "\tqwertyuiop[]", "\tQWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        (55, "*", "*"),
        (57, " ", " "),
        (71, "789-456+1230.", "789-456+1230."),
        (98, "/", "/"),
        (117, "=", "="),
        (121, ",", ","),
    ]

    /// By key number; 0 where a key types nothing.
    private static let plain = table(\.plain)
    private static let shifted = table(\.shifted)

    private static func table(_ text: (((first: Int, plain: String, shifted: String)) -> String)) -> [UInt8] {
        var table = [UInt8](repeating: 0, count: 128)
        for row in rows {
            for (offset, character) in text(row).utf8.enumerated() { table[row.first + offset] = character }
        }
        return table
    }
}

/// The keys that change what others type.
public struct KeyboardModifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let leftShift = KeyboardModifiers(rawValue: 1)
    public static let rightShift = KeyboardModifiers(rawValue: 2)
    public static let capsLock = KeyboardModifiers(rawValue: 4)

    static let shift: KeyboardModifiers = [.leftShift, .rightShift]
}
