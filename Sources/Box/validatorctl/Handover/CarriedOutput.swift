import Base
import Cryptography

/// A file for somebody to carry, on its way to a stick: sealed, unless that was not wanted, and no more of it in memory than a page.
struct CarriedOutput: ~Copyable {
    /// The ends of the names: of a sealed file, and of one that everybody can read.
    static let sealedType = "sealed"
    static let plainType = "jsonl"

    private var file: StickFile
    private var sealer: FileSealer?
    private var content = SHA256Digest()

    /// - Parameters:
    ///   - recipients: who may open it; nil: everybody.
    ///   - type: the end of its name, in place of the usual one.
    init(
        in stick: StickFolder, named name: String, for recipients: SealRecipients?, type: String? = nil
    ) throws(ControlFailure) {
        self.init(
            try StickFile(in: stick, named: name, type: type ?? (recipients == nil ? Self.plainType : Self.sealedType)),
            sealer: recipients.map { FileSealer(for: $0) })
    }

    /// An initializer that cannot fail, for Swift 6.2: it takes one that fails halfway for one that leaves something to be destroyed.
    private init(_ file: consuming StickFile, sealer: FileSealer?) {
        self.file = file
        self.sealer = sealer
    }

    mutating func append(_ bytes: [UInt8]) throws(ControlFailure) {
        content.append(bytes)
        guard sealer != nil else { return try file.append(bytes) }
        sealer?.append(bytes)
        try file.append(sealer?.take() ?? [])
    }

    /// SHA-256 of what was appended so far, in hexadecimal.
    var contentChecksum: String { hexadecimal(content.value) }

    /// Nothing may be appended any more.
    ///
    /// - Returns: where the file is, and its SHA-256 in hexadecimal.
    mutating func finish() throws(ControlFailure) -> (path: String, checksum: String) {
        sealer?.finish()
        try file.append(sealer?.take() ?? [])
        return try file.finish()
    }
}
