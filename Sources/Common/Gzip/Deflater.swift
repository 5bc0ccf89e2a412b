import CZlib

/// Compresses what it is given, piece by piece, by zlib: bare deflate data (RFC 1951), of which `CompressedTail` makes gzip.
@safe public struct Deflater: ~Copyable {
    private static let outputBytes = 65536

    /// On the heap: zlib remembers the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var tail = CompressedTail()

    /// - Parameter level: from 1, fast, to 9, small.
    public init(level: Int = 6) {
        precondition((1...9).contains(level), "no level of zlib's")
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe czlib_begin_deflate(stream, Int32(level))
        precondition(code == Z_OK, "zlib: no memory")
        unsafe self.stream = unsafe stream
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    public mutating func append(_ bytes: [UInt8]) {
        tail.checksum = unsafe UInt32(truncatingIfNeeded: crc32(UInt(tail.checksum), bytes, UInt32(bytes.count)))
        tail.plainBytes += bytes.count
        run(bytes, Z_NO_FLUSH)
    }

    /// All that was appended, compressed.
    public consuming func finish() -> CompressedTail {
        run([], Z_FINISH)
        return tail
    }

    private mutating func run(_ bytes: [UInt8], _ flush: Int32) {
        var input = bytes
        let pieces = unsafe input.withUnsafeMutableBufferPointer { buffer in
            var pieces: [[UInt8]] = []
            unsafe stream.pointee.next_in = buffer.baseAddress
            unsafe stream.pointee.avail_in = UInt32(buffer.count)
            var room: UInt32 = 0
            repeat {
                let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.outputBytes) { out, count in
                    unsafe stream.pointee.next_out = out.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(out.count)
                    let code = unsafe deflate(stream, flush)
                    precondition(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR, "zlib: used wrongly")
                    room = unsafe stream.pointee.avail_out
                    count = out.count - Int(room)
                }
                pieces.append(piece)
            } while room == 0
            unsafe stream.pointee.next_in = nil
            return pieces
        }
        for piece in pieces where !piece.isEmpty { tail.take(piece) }
    }
}
