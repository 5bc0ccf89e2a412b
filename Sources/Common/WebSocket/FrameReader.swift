import CWslay

/// Cuts a stream into frames (RFC 6455, section 5.2), whose payload it unmasks and hands on in the pieces in which it arrives. By
/// libwslay.
@safe struct FrameReader: ~Copyable {
    struct Header {
        /// As on the wire: perhaps none that exists.
        var opcode: UInt8
        var reservedBits: UInt8
        var isFinal: Bool
        var isMasked: Bool
        var payloadLength: UInt64
    }

    /// Where a piece stands in its frame's payload.
    struct Place {
        var isFirst: Bool
        var isLast: Bool
    }

    enum Outcome {
        case wantsBytes(isBetweenFrames: Bool)
        /// A control frame that is too long or fragmented, or a length that is not in its shortest form.
        case violation
        /// `onPart` wanted no more.
        case stopped
    }

    private let reader: UnsafeMutablePointer<cwslay_reader>
    /// Of the frame that is under way.
    private var payloadRead: UInt64 = 0
    /// Given to the reader, and not part of a frame that is complete.
    private var unaccounted: UInt64 = 0

    init() {
        guard let reader = unsafe cwslay_reader_new() else { preconditionFailure("out of memory") }
        unsafe self.reader = reader
    }

    deinit { unsafe cwslay_reader_free(reader) }

    /// Calls `onPart` for each piece of a frame in `bytes`, for a frame without payload once, until that returns false.
    mutating func read(_ bytes: [UInt8], onPart: (Header, Span<UInt8>, Place) -> Bool) -> Outcome {
        unaccounted += UInt64(bytes.count)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe cwslay_reader_feed(reader, buffer.baseAddress, buffer.count)
            var part = unsafe cwslay_part()
            while true {
                switch unsafe cwslay_reader_next(reader, &part) {
                case cwslay_part_read: break
                case cwslay_wants_bytes: return .wantsBytes(isBetweenFrames: unaccounted == 0)
                default: return .violation
                }
                let isFirst = payloadRead == 0
                payloadRead += UInt64(unsafe part.length)
                let isLast = unsafe payloadRead == part.payload_length
                let header = unsafe Header(
                    opcode: part.opcode, reservedBits: part.reserved, isFinal: part.is_final != 0, isMasked: part.is_masked != 0,
                    payloadLength: part.payload_length)
                if isLast {
                    unaccounted -= Self.size(header)
                    payloadRead = 0
                }
                let data = unsafe UnsafeBufferPointer(start: part.data, count: part.length)
                guard onPart(header, unsafe data.span, Place(isFirst: isFirst, isLast: isLast)) else { return .stopped }
            }
        }
    }

    /// Of a whole frame on the wire. libwslay takes a length only in its shortest form.
    private static func size(_ header: Header) -> UInt64 {
        let lengthSize: UInt64 = header.payloadLength < 126 ? 0 : header.payloadLength < 1 << 16 ? 2 : 8
        return 2 + lengthSize + (header.isMasked ? 4 : 0) + header.payloadLength
    }
}
