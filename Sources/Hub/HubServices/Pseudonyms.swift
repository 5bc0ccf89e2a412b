import Base
import Fares
import HubDomain
import PlatformAPI

/// Names for people in records that outlived their purpose: the same card has the same name, so that its rides can still be counted, and
/// nobody without the key finds out which card it was.
public struct Pseudonyms: Sendable {
    /// Of the key, in bytes.
    public static let keyLength = 32

    /// A card number with fewer digits is no proof of the card where it is a part of a longer text.
    private static let fewestTellingDigits = 6

    private let key: [UInt8]
    private let authenticator: any MessageAuthenticator
    private let tickets: TicketReader

    /// - Parameter key: `keyLength` bytes of chance. Who has it finds a card's name, and by trial the card of a name.
    public init(key: [UInt8], cryptography: any TicketCryptography) {
        precondition(key.count == Self.keyLength, "a pseudonym's key has \(Self.keyLength) bytes")
        self.key = key
        authenticator = cryptography
        tickets = TicketReader(TicketSettings(), cryptography)
    }

    /// The name in the place of a record's subject: of the card, also where it was in a ticket.
    public func name(for subject: String) -> String {
        let person = card(in: subject)?.description ?? subject
        let code = authenticator.authenticationCode(key: key, message: Array(person.utf8))
        return TapRecord.pseudonymPrefix + hexadecimal(code.prefix(TapRecord.pseudonymCodeBytes))
    }

    func isName(_ subject: String) -> Bool { TapRecord.isPseudonym(subject) }

    /// Whether a record is about the card, be it as that of whoever pays, or its text shows the number all the same: of what was typed or
    /// scanned wrongly, damaged or made up, the number with something around it, and a ticket of which the card is left.
    func mentions(_ card: CardNumber, in subject: String) -> Bool {
        guard !isName(subject) else { return false }
        let payload = Subject.payload(of: subject)
        if let subject = self.card(in: subject) {
            // The issuer's own part of a transport code may hold anything.
            return subject == card || tickets.personalValues(of: payload).contains { CardNumber($0) == card }
                || Self.issuerExtension(of: payload).map { TransportCode.hasTrace(of: card, in: $0) } ?? false
        }
        return Self.shows(card, Array(subject.utf8)) || Self.shows(card, payload)
    }

    private static func issuerExtension(of payload: [UInt8]) -> [UInt8]? {
        (TransportCode(payload) ?? TransportCodeText.bytes(of: payload).flatMap(TransportCode.init)).map {
            Array($0.issuerExtension)
        }
    }

    private static func shows(_ card: CardNumber, _ text: [UInt8]) -> Bool {
        let words = text.split { !isLetterOrDigit($0) }
        let joined = Array(words.joined())
        // Few digits are in any text by chance: they must stand alone.
        let hasNumber =
            card.digitCount < fewestTellingDigits
            ? words.contains { CardNumber($0) == card } || CardNumber(joined) == card
            : String(decoding: joined, as: UTF8.self).uppercased().contains(card.description)
        return hasNumber || VT1Codec.hasTrace(of: card, in: joined) || TransportCode.hasTrace(of: card, in: text)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// The card that a record is about; nil of a text that no codec reads.
    func card(in subject: String) -> CardNumber? {
        tickets.unverified(Subject.payload(of: subject))?.card ?? CardNumber(subject)
    }
}
