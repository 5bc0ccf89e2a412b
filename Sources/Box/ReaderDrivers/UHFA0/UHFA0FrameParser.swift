/// Finds frames in what comes over the line, however it is cut up, and whatever lies between them.
///
/// A frame is recognised by its first byte, a length and a command that make sense, and its checksum. After garbage the
/// search goes on one byte behind the last false start. It holds back at most one unfinished frame.
public struct UHFA0FrameParser: Sendable {
    private static let startByte: UInt8 = 0xA0

    private var buffer: [UInt8] = []

    public init() {}

    /// The frames that are complete with `bytes`.
    public mutating func frames(in bytes: [UInt8]) -> [UHFA0Frame] {
        buffer += bytes
        var frames: [UHFA0Frame] = []
        var start = 0
        scan: while start < buffer.count {
            guard buffer[start] == Self.startByte else {
                start += 1
                continue
            }
            switch Self.frame(in: buffer[start...]) {
            case .complete(let frame):
                frames.append(frame)
                start += frame.data.count + 5
            case .unfinished: break scan
            case .invalid: start += 1
            }
        }
        buffer.removeFirst(start)
        return frames
    }

    /// Forgets an unfinished frame, whose rest was waited for in vain.
    public mutating func reset() {
        buffer = []
    }

    private enum Attempt {
        case complete(UHFA0Frame)
        case unfinished
        case invalid
    }

    /// Reads from a start byte on.
    private static func frame(in bytes: ArraySlice<UInt8>) -> Attempt {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return .unfinished }
        let length = Int(bytes[start + 1])
        guard (3...UHFA0Frame.maximumDataLength + 3).contains(length) else { return .invalid }
        guard bytes.count >= 4 else { return .unfinished }
        guard let command = UHFA0Command(rawValue: bytes[start + 3]) else { return .invalid }
        guard bytes.count >= length + 2 else { return .unfinished }
        let whole = bytes.prefix(length + 2)
        guard whole.reduce(0, &+) == 0 else { return .invalid }
        return .complete(UHFA0Frame(address: bytes[start + 2], command, Array(whole.dropFirst(4).dropLast())))
    }
}
