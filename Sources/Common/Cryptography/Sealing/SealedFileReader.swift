/// Opens a sealed file while it is read, holding no more of it than a chunk. What it gives is what was sealed, chunk by chunk; that it is
/// all, only `finish` tells.
public struct SealedFileReader: Sendable {
    private static let sealedChunkSize = SealedFile.chunkSize + Cipher.tagSize

    private var key: [UInt8]?
    private var chunk: UInt64 = 0
    private var pending: [UInt8] = []

    public init() {}

    /// Takes the next bytes of the file, and gives what they open.
    public mutating func feed(_ bytes: ArraySlice<UInt8>, _ opener: inout SealOpener) throws(SealError) -> [UInt8] {
        pending += bytes
        if key == nil {
            guard let end = pending.prefix(SealedFile.maximumHeadBytes).firstIndex(of: UInt8(ascii: "\n")) else {
                guard pending.count < SealedFile.maximumHeadBytes else { throw .notSealed }
                return []
            }
            let head = Array(pending[...end])
            key = SealedFile.contentKey(try opener.fileKey(head), head: head)
            pending.removeFirst(head.count)
        }
        var content: [UInt8] = []
        var start = 0
        while pending.count - start > Self.sealedChunkSize {
            guard let opened = open(Array(pending[start..<start + Self.sealedChunkSize]), isLast: false) else { throw .damaged }
            content += opened
            chunk += 1
            start += Self.sealedChunkSize
        }
        pending.removeFirst(start)
        return content
    }

    /// Says that the file is at its end, and gives the rest.
    public mutating func finish() throws(SealError) -> [UInt8] {
        guard key != nil else { throw SealOpener.isSealed(pending) ? .cutOff : .notSealed }
        if let content = open(pending, isLast: true) { return content }
        // Nothing but the end is missing when what is there is a whole chunk in the middle, or less than one.
        throw pending.count < Self.sealedChunkSize || open(pending, isLast: false) != nil ? .cutOff : .damaged
    }

    private func open(_ sealed: [UInt8], isLast: Bool) -> [UInt8]? {
        key.flatMap { Cipher.open(sealed, key: $0, nonce: SealedFile.nonce(chunk, isLast: isLast)) }
    }
}
