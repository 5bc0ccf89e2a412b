import Base
import Fares
import JSON
import ValidatorCore

/// A reader's latest card, written as each profile of card numbers would, and held against the lists: by it a technician finds
/// the `card_number` under which the operator knows its cards.
nonisolated struct CardProbe: Sendable {
    struct Sighting: Sendable {
        var uid: [UInt8]
        var at: Instant
    }

    /// One profile's reading of the card.
    struct Candidate: Sendable {
        var profile: CardNumberProfile
        /// Nil when the profile has no number for such a UID.
        var number: CardNumber?
        /// The lists that hold the number, and whether it is blocked there.
        var found: [(list: ListKind, isBlocked: Bool)]
    }

    var reader: String
    /// `card_number` of the configuration.
    var profile: CardNumberProfile
    /// Nil before the first card.
    var card: (uid: [UInt8], age: Duration)?
    var candidates: [Candidate]

    init(reader: String, profile: CardNumberProfile, latest: Sighting?, now: Instant, lists: [ListKind: CardList]) {
        self.reader = reader
        self.profile = profile
        card = latest.map { ($0.uid, now - $0.at) }
        candidates = CardNumberProfile.allCases.map { profile in
            let number = latest.flatMap { profile.number(uid: $0.uid) }
            let found = ListKind.allCases.compactMap { kind -> (ListKind, Bool)? in
                guard let number, let list = lists[kind] else { return nil }
                if list.blocked.contains(number) { return (kind, true) }
                return list.white.contains(number) ? (kind, false) : nil
            }
            return Candidate(profile: profile, number: number, found: found)
        }
    }

    var json: JSONValue {
        [
            "reader": .string(reader), "card_number": .string(profile.rawValue),
            "uid": card.map { .string(hexadecimal($0.uid).uppercased()) } ?? .null,
            "age_ms": card.map { .int($0.age.wholeMilliseconds) } ?? .null,
            "candidates": .array(card == nil ? [] : candidates.map(\.json)),
        ]
    }
}

nonisolated extension CardProbe.Candidate {
    var json: JSONValue {
        [
            "card_number": .string(profile.rawValue), "number": number.map { .string($0.description) } ?? .null,
            "lists": .array(found.map { ["list": .string($0.list.name), "blocked": .bool($0.isBlocked)] }),
        ]
    }
}
