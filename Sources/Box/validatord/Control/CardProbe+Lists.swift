import Base
import ControlProtocol
import Fares
import ValidatorCore

extension CardProbe {
    /// A card that a reader has seen.
    struct Sighting: Sendable {
        var uid: [UInt8]
        var at: Instant
    }

    /// - Parameters:
    ///   - profile: what the reader is set to.
    ///   - latest: nil before its first card.
    ///   - lists: those that the number is looked up in.
    init(reader: String, profile: CardNumberProfile, latest: Sighting?, now: Instant, lists: [ListKind: CardList]) {
        self.init()
        self.reader = reader
        self.profile = profile.rawValue
        guard let latest else { return }
        uid = hexadecimal(latest.uid).uppercased()
        age = now - latest.at
        candidates = CardNumberProfile.allCases.map { profile in
            var candidate = Candidate()
            candidate.profile = profile.rawValue
            guard let number = profile.number(uid: latest.uid) else { return candidate }
            candidate.number = number.description
            candidate.lists = ListKind.allCases.compactMap { Listing($0, lists[$0], holds: number) }
            return candidate
        }
    }
}

extension CardProbe.Listing {
    /// Nil when the list does not hold the number.
    fileprivate init?(_ kind: ListKind, _ list: CardList?, holds number: CardNumber) {
        guard let list else { return nil }
        let isBlocked = list.blocked.contains(number)
        guard isBlocked || list.white.contains(number) else { return nil }
        self.init()
        self.list = kind.name
        self.isBlocked = isBlocked
    }
}
