import Base
import JSON

/// The layout of a file that is sealed (docs/carried-files.md): a line of JSON that says for whom, and then the content in chunks of
/// AES-256-GCM. The content's key is made for the file, and stands in the line once for each who may open it.
enum SealedFile {
    static let kind = "sealed"
    static let format = 1
    /// Of the line with its end, in bytes.
    static let maximumHeadBytes = 4096
    /// Of the content in each chunk but the last, which has no more.
    static let chunkSize = 64 << 10

    /// The key of the content of a file with that line.
    static func contentKey(_ fileKey: [UInt8], head: [UInt8]) -> [UInt8] {
        derivedKey(from: fileKey, salt: sha256(head), info: "validator sealed file 1 content")
    }

    /// The key that wraps a file's key for the hub.
    static func hubWrappingKey(_ shared: [UInt8], ephemeral: HubKey, hub: HubKey) -> [UInt8] {
        derivedKey(from: shared, salt: ephemeral.bytes + hub.bytes, info: "validator sealed file 1 hub")
    }

    /// Each chunk has its own nonce: its number from 0 in 11 bytes, then 1 for the last one and 0 for the others, so that chunks cannot be
    /// dropped, doubled, moved, or cut off unnoticed (the STREAM construction, Hoang, Reyhanitabar, Rogaway, Vizár 2015).
    static func nonce(_ chunk: UInt64, isLast: Bool) -> [UInt8] {
        [0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: chunk >> (56 - 8 * $0)) } + [isLast ? 1 : 0]
    }

    /// A key, wrapped under another: nonce, ciphertext, tag.
    static func wrap(_ fileKey: [UInt8], under key: [UInt8]) -> String {
        let nonce = randomBytes(Cipher.nonceSize)
        return hexadecimal(nonce + Cipher.seal(fileKey, key: key, nonce: nonce))
    }

    /// Nil when it was wrapped under another key.
    static func unwrap(_ wrapped: String, under key: [UInt8]) -> [UInt8]? {
        guard let bytes = bytes(ofHexadecimal: wrapped), bytes.count > Cipher.nonceSize else { return nil }
        return Cipher.open(
            Array(bytes.dropFirst(Cipher.nonceSize)), key: key, nonce: Array(bytes.prefix(Cipher.nonceSize)))
    }
}
