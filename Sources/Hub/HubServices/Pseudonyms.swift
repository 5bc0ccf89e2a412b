import Base
import Fares

/// Names for people in records that outlived their purpose: the same card has the same name, so that its rides can still be counted, and
/// nobody without the key finds out which card it was.
public struct Pseudonyms: Sendable {
    /// What each begins with; no card number and no ticket does.
    private static let prefix = "p:"
    /// Of the key, in bytes.
    public static let keyLength = 32
    /// Of the authentication code that a name shows.
    private static let nameLength = 16

    private let key: [UInt8]
    private let authenticator: any MessageAuthenticator
    private let codec: VT1Codec

    /// - Parameter key: `keyLength` bytes of chance. Who has it finds a card's name, and by trial the card of a name.
    public init(key: [UInt8], authenticator: any MessageAuthenticator) {
        precondition(key.count == Self.keyLength, "a pseudonym's key has \(Self.keyLength) bytes")
        self.key = key
        self.authenticator = authenticator
        codec = VT1Codec(authenticator: authenticator, secret: [])
    }

    /// The name in the place of a record's subject: of the card, also where it was in a ticket.
    public func name(for subject: String) -> String {
        let person = card(in: subject)?.description ?? subject
        let code = authenticator.authenticationCode(key: key, message: Array(person.utf8))
        return Self.prefix + hexadecimal(code.prefix(Self.nameLength))
    }

    func isName(_ subject: String) -> Bool {
        subject.hasPrefix(Self.prefix) && subject.utf8.count == Self.prefix.utf8.count + 2 * Self.nameLength
    }

    /// The card that a record is about; nil of a text that no codec reads.
    func card(in subject: String) -> CardNumber? {
        codec.unverified(Array(subject.utf8))?.ticket.card ?? CardNumber(subject)
    }
}
