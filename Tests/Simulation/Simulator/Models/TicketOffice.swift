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
        enum Content {
            /// With the text of the key that sealed it.
            case vt1(VT1Ticket, key: String, isForged: Bool)
            case transport(TransportCodePlan, made: WallTime)
        }

        /// As it is scanned: in capitals or not, as bytes or as base64.
        var forms: [[UInt8]]
        var content: Content

        /// The last moment at which it is good.
        var end: WallTime {
            switch content {
            case .vt1(let ticket, _, _): ticket.end
            case .transport(let plan, let made):
                made + .seconds(min(Int64(plan.validitySeconds), plan.authorisationSeconds))
            }
        }
    }

    private let codes: TransportCodeOffice
    private let codec: VT1Codec
    private let plans: [Plan.Ticket]
    /// By the number in the plan.
    private(set) var printed: [Int: Printed] = [:]
    private var numbers: [[UInt8]: Int] = [:]

    init(codec: VT1Codec, codes: TransportCodeOffice, plans: [Plan.Ticket]) {
        (self.codec, self.codes, self.plans) = (codec, codes, plans)
    }

    /// - Parameter groups: the platform's keys, the last in force.
    mutating func ticket(_ number: Int, at time: WallTime, groups: [KeyGroup]) -> Printed {
        if let ticket = printed[number] { return ticket }
        let plan = plans[number]
        let new = plan.transport.map { code($0, at: time) } ?? vt1(plan, at: time, groups: groups)
        printed[number] = new
        for form in new.forms { numbers[Self.folded(form)] = number }
        return new
    }

    private func code(_ plan: TransportCodePlan, at time: WallTime) -> Printed {
        let made = WallTime(seconds: time.seconds - plan.ageSeconds)
        let bytes = codes.code(plan, made: made)
        // Cut off, it has no name by which its forms are known for one.
        let forms = plan.flaw == .cut ? [bytes] : [bytes, Array(base64(bytes).utf8)]
        return Printed(forms: forms, content: .transport(plan, made: made))
    }

    private func vt1(_ plan: Plan.Ticket, at time: WallTime, groups: [KeyGroup]) -> Printed {
        let group = plan.isOfOldKeys ? groups[max(0, groups.count - 2)] : groups[groups.count - 1]
        let key = plan.keyIndex.map { group.keys[$0] } ?? KeyGroup.Key(id: 9, text: "nobody's")
        let ticket = VT1Ticket(
            keyID: key.id, kind: plan.kind, card: plan.card, validFrom: UInt32(time.seconds - plan.ageSeconds),
            lifetimeSeconds: plan.lifetimeSeconds, nonce: plan.nonce)
        var text = codec.text(of: ticket, key: key) ?? "a card of more than 15 digits"
        // The seal is not the key's.
        if plan.isForged { text = text.dropLast() + (text.hasSuffix("A") ? "B" : "A") }
        return Printed(
            forms: [Array(text.utf8), Array(text.lowercased().utf8)],
            content: .vt1(ticket, key: key.text, isForged: plan.isForged))
    }

    private static func folded(_ payload: [UInt8]) -> [UInt8] { payload.map { (97...122).contains($0) ? $0 - 32 : $0 } }

    /// Of what is no ticket records hold no more.
    static let keptOfScribbles = 512

    func passenger(of subject: Subject) -> Passenger {
        switch subject {
        case .card(let card): .card(card)
        case .ticket(let payload):
            numbers[Self.folded(payload)].map { .ticket($0) }
                ?? .scribble(Array(payload.prefix(Self.keptOfScribbles)))
        }
    }
}
