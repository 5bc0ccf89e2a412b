/// Finds frames in what comes over the line, however it is cut up, and whatever lies between them.
///
/// A frame is recognised by its start code `00 FF` and two checksums, and given out with its last checksum byte: the
/// postamble is not waited for. After garbage the search goes on one byte behind the last false start. It holds back
/// at most one unfinished frame.
public struct PN532FrameParser: Sendable {
    private var buffer: [UInt8] = []

    public init() {}

    /// The frames that are complete with `bytes`.
    public mutating func frames(in bytes: [UInt8]) -> [PN532Frame] {
        buffer += bytes
        var frames: [PN532Frame] = []
        var start = 0
        scan: while start + 1 < buffer.count {
            guard buffer[start] == 0x00, buffer[start + 1] == 0xFF else {
                start += 1
                continue
            }
            switch Self.frame(in: buffer[(start + 2)...]) {
            case .complete(let frame, let length):
                frames.append(frame)
                start += 2 + length
            case .unfinished: break scan
            case .invalid: start += 1
            }
        }
        buffer.removeFirst(min(start, buffer.count))
        return frames
    }

    /// Forgets an unfinished frame, whose rest was waited for in vain.
    public mutating func reset() {
        buffer = []
    }

    private enum Attempt {
        case complete(PN532Frame, length: Int)
        case unfinished
        case invalid
    }

    /// Reads what follows a start code.
    private static func frame(in bytes: ArraySlice<UInt8>) -> Attempt {
        let header = Array(bytes.prefix(5))
        guard header.count >= 2 else { return .unfinished }
        switch (header[0], header[1]) {
        case (0x00, 0xFF): return .complete(.acknowledge, length: 2)
        case (0xFF, 0x00): return .complete(.notAcknowledge, length: 2)
        case (0xFF, 0xFF):
            guard header.count == 5 else { return .unfinished }
            guard header[2] &+ header[3] &+ header[4] == 0 else { return .invalid }
            return content(of: bytes.dropFirst(5), length: Int(header[2]) << 8 | Int(header[3]), headerLength: 5)
        case (let length, let checksum):
            guard length &+ checksum == 0 else { return .invalid }
            return content(of: bytes.dropFirst(2), length: Int(length), headerLength: 2)
        }
    }

    /// Reads `length` bytes from TFI on, and their checksum.
    private static func content(of bytes: ArraySlice<UInt8>, length: Int, headerLength: Int) -> Attempt {
        guard (1...PN532Frame.maximumLength).contains(length) else { return .invalid }
        guard bytes.count > length else { return .unfinished }
        guard bytes.prefix(length + 1).reduce(0, &+) == 0, let kind = bytes.first else { return .invalid }
        let whole = headerLength + length + 1
        if length == 1 { return kind == 0x7F ? .complete(.error, length: whole) : .invalid }
        guard let direction = PN532Frame.Direction(rawValue: kind) else { return .invalid }
        return .complete(.information(direction, Array(bytes.dropFirst().prefix(length - 1))), length: whole)
    }
}
