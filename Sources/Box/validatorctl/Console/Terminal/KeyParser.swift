/// Finds the keys in a terminal's bytes: UTF-8 and the sequences of a VT100. What a disturbed line makes of them is thrown away.
struct KeyParser: Sendable {
    /// Longer ones are noise.
    private static let maximumSequence = 16

    private enum State: Hashable {
        case ground
        case escaped
        /// Behind `ESC [` or `ESC O`.
        case sequence([UInt8])
        case text([UInt8], length: Int)
    }

    private var state = State.ground

    /// True in the middle of something; an escape that nothing follows for a moment is the key.
    var isPending: Bool { state != .ground }

    /// No byte has come for a moment.
    mutating func pause() -> Key? {
        defer { state = .ground }
        return state == .escaped ? .escape : nil
    }

    mutating func feed(_ byte: UInt8) -> Key? {
        switch state {
        case .ground: return begin(byte)
        case .escaped:
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
                state = .sequence([])
                return nil
            }
            state = .ground
            return begin(byte)
        case .sequence(var bytes):
            guard (0x20...0x7E).contains(byte), bytes.count < Self.maximumSequence else {
                state = .ground
                return byte == 0x1B ? begin(byte) : nil
            }
            bytes.append(byte)
            state = byte >= 0x40 ? .ground : .sequence(bytes)
            return byte >= 0x40 ? Self.key(of: bytes) : nil
        case .text(var bytes, let length):
            guard byte & 0xC0 == 0x80 else {
                state = .ground
                return begin(byte)
            }
            bytes.append(byte)
            state = bytes.count < length ? .text(bytes, length: length) : .ground
            guard bytes.count == length, let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return text.first.map(Key.character)
        }
    }

    private mutating func begin(_ byte: UInt8) -> Key? {
        state = .ground
        switch byte {
        case 0x1B: state = .escaped
        case 0x0D, 0x0A: return .enter
        case 0x08, 0x7F: return .backspace
        case 0x0C: return .redraw
        case 0x03, 0x04: return .interrupt
        case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
        case 0xC2...0xDF: state = .text([byte], length: 2)
        case 0xE0...0xEF: state = .text([byte], length: 3)
        case 0xF0...0xF4: state = .text([byte], length: 4)
        default: break
        }
        return nil
    }

    private static func key(of sequence: [UInt8]) -> Key? {
        switch String(decoding: sequence, as: UTF8.self) {
        case "A": return .up
        case "B": return .down
        case "5~": return .pageUp
        case "6~": return .pageDown
        default:
            guard sequence.last == UInt8(ascii: "R") else { return nil }
            let numbers = sequence.dropLast().split(separator: UInt8(ascii: ";")).map { Int(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == 2, let row = numbers[0], let column = numbers[1] else { return nil }
            return .cursor(row: row, column: column)
        }
    }
}
