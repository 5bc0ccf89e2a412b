import Base
import Cryptography

/// What a person carries from the hub to a box, once, so that the box is given a secret of its own (docs/hub.md, "Enrolment").
///
/// Sixteen characters of 30, drawn evenly: 78 bits, which nobody guesses in the day that a code holds.
public struct EnrolmentCode: Hashable, Sendable, CustomStringConvertible {
    /// From when it was made.
    public static let lifetime = Duration.seconds(86400)
    /// Capital letters and digits but for those that are taken for one another: 0 and O, 1, I and L, and U, which a pen makes like V.
    private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 16
    private static let groupLength = 4

    /// Of the alphabet, 16.
    private let characters: [UInt8]

    public init(using random: inout some UnpredictableGenerator) {
        characters = (0..<Self.length).map { _ in Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)] }
    }

    /// Reads what a person typed: in either case, and however it is grouped by blanks and hyphens. Nil when it is no code at all.
    public init?(_ text: some StringProtocol) {
        let characters = text.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        guard characters.count == Self.length, characters.allSatisfy(Self.alphabet.contains) else { return nil }
        self.characters = characters
    }

    /// `ABCD-EFGH-JKMN-PQRS`
    public var description: String {
        stride(from: 0, to: Self.length, by: Self.groupLength)
            .map { String(decoding: characters[$0..<($0 + Self.groupLength)], as: UTF8.self) }.joined(separator: "-")
    }

    /// SHA-256, 32 bytes: what is kept of it, so that whoever reads the database cannot enrol by it.
    public var digest: [UInt8] {
        var digest = SHA256Digest()
        digest.append(characters)
        return digest.value
    }
}
