import Base
import JSON

/// Who opens sealed files. It remembers what a passphrase was stretched to, for the next file.
public struct SealOpener: Sendable {
    private let passphrase: [UInt8]?
    private let hubKeys: [HubPrivateKey]
    private var stretched: [PassphraseKey] = []

    public init(passphrase: [UInt8]? = nil, hubKeys: [HubPrivateKey] = []) {
        (self.passphrase, self.hubKeys) = (passphrase, hubKeys)
    }

    /// Whether a file that begins so is sealed.
    public static func isSealed(_ beginning: some Sequence<UInt8>) -> Bool {
        beginning.starts(with: Array("{\"kind\":\"\(SealedFile.kind)\"".utf8))
    }

    /// Whether a file that begins so may be opened by a passphrase.
    public static func takesPassphrase(_ beginning: [UInt8]) -> Bool {
        let line = beginning.prefix { $0 != UInt8(ascii: "\n") }
        guard isSealed(line), let head = try? JSONValue(parsing: Array(line)) else { return false }
        return head["recipients"]?.array?.contains { $0["kind"] == "passphrase" } == true
    }

    /// The content of a whole file that is in memory.
    public mutating func open(_ file: [UInt8]) throws(SealError) -> [UInt8] {
        var reader = SealedFileReader()
        var content = try reader.feed(file[...], &self)
        content += try reader.finish()
        return content
    }

    /// The key of the file with that line, by whichever of the recipients this is.
    mutating func fileKey(_ head: [UInt8]) throws(SealError) -> [UInt8] {
        guard Self.isSealed(head), let head = try? JSONValue(parsing: head) else { throw .notSealed }
        guard head["format"]?.int == SealedFile.format else { throw .otherFormat(head["format"]?.text ?? "?") }
        var failure = SealError.damaged
        for recipient in head["recipients"]?.array ?? [] {
            switch recipient["kind"] {
            case "hub":
                guard let name = recipient["key"]?.string, let wrapped = recipient["wrapped"]?.string else { throw .damaged }
                if failure == .damaged { failure = .otherKey(name) }
                guard let key = hubKey(name, recipient), let fileKey = SealedFile.unwrap(wrapped, under: key) else { continue }
                return fileKey
            case "passphrase":
                guard let wrapped = recipient["wrapped"]?.string else { throw .damaged }
                // What somebody has to say to that file before any of the others.
                failure = passphrase == nil ? .passphraseNeeded : .wrongPassphrase
                guard let passphrase, let key = stretch(passphrase, recipient),
                    let fileKey = SealedFile.unwrap(wrapped, under: key)
                else {
                    continue
                }
                return fileKey
            // A later release may know what it is.
            default: continue
            }
        }
        throw failure
    }

    private func hubKey(_ fingerprint: String, _ recipient: JSONValue) -> [UInt8]? {
        guard let own = hubKeys.first(where: { $0.publicKey.fingerprint == fingerprint }),
            let bytes = recipient["ephemeral"]?.string.flatMap({ Base.bytes(ofHexadecimal: $0) }), bytes.count == HubKey.size
        else { return nil }
        let ephemeral = HubKey(bytes: bytes)
        return own.shared(with: ephemeral).map {
            SealedFile.hubWrappingKey($0, ephemeral: ephemeral, hub: own.publicKey)
        }
    }

    private mutating func stretch(_ passphrase: [UInt8], _ recipient: JSONValue) -> [UInt8]? {
        guard let salt = recipient["salt"]?.string.flatMap({ Base.bytes(ofHexadecimal: $0) }),
            let log2N = recipient["log2_n"]?.int, let r = recipient["r"]?.int, let p = recipient["p"]?.int
        else { return nil }
        let cost = PassphraseKey.Cost(log2N: log2N, r: r, p: p)
        if let known = stretched.first(where: { $0.salt == salt && $0.cost == cost }) { return known.key }
        guard let made = PassphraseKey(passphrase, salt: salt, cost: cost) else { return nil }
        stretched.append(made)
        return made.key
    }
}
