/// The US keyboard, which wedge scanners type on unless they are set up otherwise. Key numbers are those of
/// `linux/input-event-codes.h`, which follow the rows of the keyboard.
enum KeyboardLayout {
    static let enter: UInt16 = 28
    static let leftControl: UInt16 = 29
    static let rightControl: UInt16 = 97
    static let leftAlt: UInt16 = 56
    static let rightAlt: UInt16 = 100
    static let leftShift: UInt16 = 42
    static let rightShift: UInt16 = 54
    static let capsLock: UInt16 = 58
    static let keypadEnter: UInt16 = 96

    /// The ASCII character that a key types, nil for a key that types none. The keypad types digits, as with Num Lock on.
    static func character(of key: UInt16, modifiers: KeyboardModifiers) -> UInt8? {
        guard key < plain.count, plain[Int(key)] != 0 else { return nil }
        let letter = plain[Int(key)] >= UInt8(ascii: "a") && plain[Int(key)] <= UInt8(ascii: "z")
        let isShifted = !modifiers.isDisjoint(with: .shift) != (letter && modifiers.contains(.capsLock))
        let character = isShifted ? shifted[Int(key)] : plain[Int(key)]
        return modifiers.isDisjoint(with: .control) ? character : controlCharacter(of: character)
    }

    /// The digit of a key on the keypad.
    static func keypadDigit(of key: UInt16) -> Int? {
        guard (71...82).contains(key) else { return nil }
        let character = plain[Int(key)]
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) ? Int(character - UInt8(ascii: "0")) : nil
    }

    /// What Ctrl makes of a key: the five low bits of letters and of the signs between them. On keys of digits those signs need Shift,
    /// which scanners leave out.
    private static func controlCharacter(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "@")...UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"): character & 0x1F
        case UInt8(ascii: "2"): 0x00
        case UInt8(ascii: "6"): 0x1E
        case UInt8(ascii: "-"): 0x1F
        default: nil
        }
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

    static let leftControl = KeyboardModifiers(rawValue: 8)
    static let rightControl = KeyboardModifiers(rawValue: 16)
    static let leftAlt = KeyboardModifiers(rawValue: 32)
    static let rightAlt = KeyboardModifiers(rawValue: 64)

    static let shift: KeyboardModifiers = [.leftShift, .rightShift]
    static let control: KeyboardModifiers = [.leftControl, .rightControl]
    static let alt: KeyboardModifiers = [.leftAlt, .rightAlt]

    /// The modifier that a key is while it is held; none for other keys.
    init(heldKey key: UInt16) {
        self =
            switch key {
            case KeyboardLayout.leftShift: .leftShift
            case KeyboardLayout.rightShift: .rightShift
            case KeyboardLayout.leftControl: .leftControl
            case KeyboardLayout.rightControl: .rightControl
            case KeyboardLayout.leftAlt: .leftAlt
            case KeyboardLayout.rightAlt: .rightAlt
            default: []
            }
    }
}
