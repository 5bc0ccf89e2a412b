import Base
import Fares

/// Who stands at the reader: a card, a ticket of the office, or something that is no ticket.
enum Passenger: Hashable {
    case card(CardNumber)
    /// The number under which the office printed it, whatever the case of the letters that were scanned.
    case ticket(Int)
    case scribble([UInt8])
}

/// Prints the plan's tickets when they are first shown, honest and forged, and knows each again.
struct TicketOffice {
    struct Printed {
        var text: String
        var ticket: VT1Ticket
        /// The text of the key that sealed it.
        var key: String
        var isForged: Bool
    }

    private let codec: VT1Codec
    private let plans: [Plan.Ticket]
    /// By the number in the plan.
    private(set) var printed: [Int: Printed] = [:]
    private var numbers: [[UInt8]: Int] = [:]

    init(codec: VT1Codec, plans: [Plan.Ticket]) { (self.codec, self.plans) = (codec, plans) }

    /// - Parameter groups: the platform's keys, the last in force.
    mutating func ticket(_ number: Int, at time: WallTime, groups: [KeyGroup]) -> Printed {
        if let ticket = printed[number] { return ticket }
        let plan = plans[number]
        let group = plan.isOfOldKeys ? groups[max(0, groups.count - 2)] : groups[groups.count - 1]
        let key = plan.keyIndex.map { group.keys[$0] } ?? KeyGroup.Key(id: 9, text: "nobody's")
        let ticket = VT1Ticket(
            keyID: key.id, kind: plan.kind, card: plan.card, validFrom: UInt32(time.seconds - plan.ageSeconds),
            lifetimeSeconds: plan.lifetimeSeconds, nonce: plan.nonce)
        var text = codec.text(of: ticket, key: key) ?? "a card of more than 15 digits"
        // The seal is not the key's.
        if plan.isForged { text = text.dropLast() + (text.hasSuffix("A") ? "B" : "A") }
        let new = Printed(text: text, ticket: ticket, key: key.text, isForged: plan.isForged)
        printed[number] = new
        numbers[Array(text.utf8)] = number
        return new
    }

    /// Of what is no ticket records hold no more.
    static let keptOfScribbles = 512

    func passenger(of subject: Subject) -> Passenger {
        switch subject {
        case .card(let card): .card(card)
        case .ticket(let payload):
            numbers[payload.map { (97...122).contains($0) ? $0 - 32 : $0 }].map { .ticket($0) }
                ?? .scribble(Array(payload.prefix(Self.keptOfScribbles)))
        }
    }
}
