/// One frame of the PN532's host protocol (NXP UM0701-02, section 6.2.1).
public enum PN532Frame: Hashable, Sendable {
    /// Who speaks; the byte TFI.
    public enum Direction: UInt8, Sendable {
        case toChip = 0xD4
        case toHost = 0xD5
    }

    case acknowledge
    case notAcknowledge
    /// The chip's answer to a frame that it could not make sense of.
    case error
    /// A command or a response: its code, then its data. 1 to 264 bytes.
    case information(Direction, [UInt8])

    /// The most bytes, TFI included, that the chip takes or gives in one frame (section 6.2.1.2).
    public static let maximumLength = 265

    /// The frame as it goes over the line, extended when a normal one cannot hold it.
    public var bytes: [UInt8] {
        switch self {
        case .acknowledge: return [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]
        case .notAcknowledge: return [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00]
        case .error: return [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]
        case .information(let direction, let payload):
            let length = payload.count + 1
            precondition((2...Self.maximumLength).contains(length), "a frame carries 1 to 264 bytes")
            let (high, low) = (UInt8(length >> 8), UInt8(length & 0xFF))
            let header = length < 0xFF ? [low, 0 &- low] : [0xFF, 0xFF, high, low, 0 &- high &- low]
            let sum = payload.reduce(direction.rawValue, &+)
            return [0x00, 0x00, 0xFF] + header + [direction.rawValue] + payload + [0 &- sum, 0x00]
        }
    }
}
