import Base

/// What a scanner in keyboard-wedge mode sends for a text: key presses of a US keyboard, as 64-bit `struct input_event`
/// records (linux/input.h; key codes from linux/input-event-codes.h).
public enum WedgeKeyboard {
    /// A text with a character that no key types.
    public struct CannotType: Error, CustomStringConvertible {
        let character: Unicode.Scalar
        public var description: String { "a US keyboard has no key for \"\(character)\"; a scanner cannot type it" }
    }

    private static let keyEvent: UInt16 = 1
    private static let leftShift: UInt16 = 42
    private static let enter: UInt16 = 28

    /// The rows of the keyboard: the code of the first key, then the characters without Shift and with it.
    private static let rows: [(first: UInt16, plain: String, shifted: String)] = [
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        (57, " ", " "),
    ]

    private static let keys: [Unicode.Scalar: (code: UInt16, shift: Bool)] = {
        var keys: [Unicode.Scalar: (code: UInt16, shift: Bool)] = ["\n": (enter, false)]
        for row in rows {
            for (offset, pair) in zip(row.plain.unicodeScalars, row.shifted.unicodeScalars).enumerated() {
                keys[pair.1] = (row.first + UInt16(offset), true)
                keys[pair.0] = (row.first + UInt16(offset), false)
            }
        }
        return keys
    }()

    /// The records of each character's key strokes; a line feed is Enter.
    public static func keystrokes(_ text: String, at time: WallTime) throws(CannotType) -> [[UInt8]] {
        var strokes: [[UInt8]] = []
        for character in text.unicodeScalars {
            guard let key = keys[character] else { throw CannotType(character: character) }
            var stroke: [UInt8] = []
            if key.shift { press(leftShift, down: true, time, into: &stroke) }
            press(key.code, down: true, time, into: &stroke)
            press(key.code, down: false, time, into: &stroke)
            if key.shift { press(leftShift, down: false, time, into: &stroke) }
            strokes.append(stroke)
        }
        return strokes
    }

    /// A key goes down or up, and the report ends (`EV_SYN`, `SYN_REPORT`).
    private static func press(_ code: UInt16, down: Bool, _ time: WallTime, into bytes: inout [UInt8]) {
        record(keyEvent, code, down ? 1 : 0, time, into: &bytes)
        record(0, 0, 0, time, into: &bytes)
    }

    private static func record(_ type: UInt16, _ code: UInt16, _ value: Int32, _ time: WallTime, into bytes: inout [UInt8]) {
        func append(_ value: some FixedWidthInteger) {
            // The machines that this runs on are little-endian, as the daemon's are.
            for shift in stride(from: 0, to: value.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        append(time.seconds)
        append((time.milliseconds - time.seconds * 1000) * 1000)
        append(type)
        append(code)
        append(value)
    }
}
