import JSON

/// Seals a file while it is made, holding no more of it than a chunk.
public struct FileSealer: Sendable {
    private let key: [UInt8]
    private var chunk: UInt64 = 0
    private var pending: [UInt8] = []
    /// What is sealed and was not taken yet.
    private var sealed: [UInt8]

    public init(for recipients: SealRecipients) {
        let fileKey = randomBytes(Cipher.keySize)
        let line: JSONValue = [
            "kind": .string(SealedFile.kind), "format": .int(SealedFile.format), "recipients": recipients.json(wrapping: fileKey),
        ]
        sealed = line.bytes + [UInt8(ascii: "\n")]
        precondition(sealed.count <= SealedFile.maximumHeadBytes, "a sealed file's line is short")
        key = SealedFile.contentKey(fileKey, head: sealed)
    }

    public mutating func append(_ content: some Sequence<UInt8>) {
        pending += content
        var start = 0
        // The last one is sealed otherwise, so that one stays until it is known whether more comes.
        while pending.count - start > SealedFile.chunkSize {
            seal(Array(pending[start..<start + SealedFile.chunkSize]), isLast: false)
            start += SealedFile.chunkSize
        }
        pending.removeFirst(start)
    }

    /// Nothing may be appended any more.
    public mutating func finish() {
        seal(pending, isLast: true)
        pending = []
    }

    /// What the file goes on with.
    public mutating func take() -> [UInt8] {
        defer { sealed = [] }
        return sealed
    }

    private mutating func seal(_ content: [UInt8], isLast: Bool) {
        sealed += Cipher.seal(content, key: key, nonce: SealedFile.nonce(chunk, isLast: isLast))
        chunk += 1
    }
}
