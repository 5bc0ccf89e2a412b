import CZlib

/// The end of many texts, compressed once. What differs between them stands before it, uncompressed and in the same gzip stream (RFC 1952):
/// one stream and not two, since not every client reads on behind the first one's end.
public struct CompressedTail: Sendable {
    /// A stored block's length has 16 bits (RFC 1951, section 3.2.4).
    public static let maximumHeadBytes = 65535
    private static let pieceBytes = 65536
    /// Gzip, by deflate; no name, no time, no system.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    private static let trailerBytes = 8

    /// Deflate data from the tail's first byte to the last block's end, in pieces of about 64 KiB.
    public private(set) var pieces: [[UInt8]] = []
    var plainBytes = 0
    /// CRC-32 of the tail.
    var checksum: UInt32 = 0

    /// Of the tail.
    public var byteCount: Int { pieces.reduce(0) { $0 + $1.count } }

    mutating func take(_ piece: [UInt8]) {
        if let last = pieces.indices.last, pieces[last].count + piece.count <= Self.pieceBytes {
            pieces[last] += piece
        } else {
            pieces.append(piece)
        }
    }

    /// What goes before and behind the pieces when the text begins with `head`.
    /// - Parameter head: of at most `maximumHeadBytes`.
    public func envelope(head: [UInt8]) -> (before: [UInt8], behind: [UInt8]) {
        precondition(head.count <= Self.maximumHeadBytes, "the head is too long for a block")
        let length = UInt16(head.count)
        // A block that is not the last one, stored.
        let before = Self.header + [0] + Self.bytes(length) + Self.bytes(~length) + head
        let headChecksum = unsafe crc32(0, head, UInt32(head.count))
        let checksum = UInt32(truncatingIfNeeded: crc32_combine(headChecksum, UInt(self.checksum), plainBytes))
        return (before, Self.bytes(checksum) + Self.bytes(UInt32(truncatingIfNeeded: head.count + plainBytes)))
    }

    /// Of the whole stream behind such a head.
    public func byteCount(headCount: Int) -> Int { Self.header.count + 5 + headCount + byteCount + Self.trailerBytes }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
