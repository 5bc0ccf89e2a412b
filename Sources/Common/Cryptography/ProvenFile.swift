import Base

/// A text file with a line `proof = "…"`, by which it proves that whoever wrote it knows a secret: 64 hexadecimal digits of
/// HMAC-SHA-256 over all the other lines, with the secret as the key. A provisioned box takes no other provisioning file
/// (docs/image.md).
public struct ProvenFile: Sendable {
    /// Why a file cannot be proven, whatever the secret.
    public enum Mistake: Error, Hashable {
        /// More than one line begins with `proof =`.
        case twoProofs
        /// What stands there is not `"`, 64 hexadecimal digits, `"`.
        case malformedProof
    }

    /// What the proof is over: the other lines as they are, each ended by one line feed, however an editor ends them and the last.
    public let message: [UInt8]
    /// The 32 bytes that the file holds; nil when it has no such line.
    public let proof: [UInt8]?

    public init(_ file: [UInt8]) throws(Mistake) {
        var message: [UInt8] = []
        var proof: [UInt8]?
        for line in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let value = Self.value(ofProof: line) else {
                message += line
                message.append(UInt8(ascii: "\n"))
                continue
            }
            guard proof == nil else { throw .twoProofs }
            guard let code = Self.code(value) else { throw .malformedProof }
            proof = code
        }
        // What stands behind the last line's end is no line.
        if file.isEmpty || file.last == UInt8(ascii: "\n") { message.removeLast() }
        self.message = message
        self.proof = proof
    }

    /// The 32 bytes that prove this file to whoever knows `secret`, which must not be empty.
    public func proof(under secret: [UInt8]) -> [UInt8] {
        precondition(!secret.isEmpty, "anybody can prove anything under an empty secret")
        return Libcrypto().authenticationCode(key: secret, message: message)
    }

    /// Whether the file's own proof is the one under `secret`, in time that does not tell how much of it was right. Nothing is proven
    /// under an empty secret.
    public func isProven(under secret: [UInt8]) -> Bool {
        guard let proof, !secret.isEmpty else { return false }
        return isEqualInConstantTime(proof, self.proof(under: secret))
    }

    /// What a secret's file holds, without the line ends after it.
    public static func secret(ofFile bytes: [UInt8]) -> [UInt8] {
        var secret = bytes
        while let last = secret.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { secret.removeLast() }
        return secret
    }

    /// What stands behind `proof =`; nil for any other line.
    private static func value(ofProof line: some BidirectionalCollection<UInt8>) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.trimmed(parts[0]) == "proof" else { return nil }
        return String(Self.trimmed(parts[1]))
    }

    private static func code(_ value: String) -> [UInt8]? {
        guard value.utf8.count == 66, value.hasPrefix("\""), value.hasSuffix("\"") else { return nil }
        return bytes(ofHexadecimal: value.dropFirst().dropLast())
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = text.drop(while: isBlank)
        return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? ""
    }
}
