import Fares

/// Who stands at the reader: a card, a ticket of the office, or something that is no ticket.
enum Passenger: Hashable {
    case card(CardNumber)
    /// The number under which the office printed it, whatever the case of the letters that were scanned.
    case ticket(Int)
    case scribble([UInt8])
}

/// Prints tickets, honest and forged, and knows each again.
struct TicketOffice {
    struct Printed {
        var number: Int
        var text: String
        var ticket: Ticket
        /// The text of the key that sealed it.
        var key: String
        var isForged: Bool
    }

    private let codec: VT1Codec
    private(set) var printed: [Printed] = []
    private var numbers: [String: Int] = [:]

    init(codec: VT1Codec) { self.codec = codec }

    /// - Parameter isForged: the seal is not the key's.
    mutating func print(_ ticket: Ticket, key: KeyGroup.Key, isForged: Bool) -> Printed {
        var text = codec.text(of: ticket, key: key) ?? "a card of more than 15 digits"
        if isForged { text = text.dropLast() + (text.hasSuffix("A") ? "B" : "A") }
        let ticket = Printed(number: printed.count, text: text, ticket: ticket, key: key.text, isForged: isForged)
        printed.append(ticket)
        numbers[text] = ticket.number
        return ticket
    }

    func passenger(of subject: Subject) -> Passenger {
        switch subject {
        case .card(let card): .card(card)
        case .ticket(let payload):
            numbers[String(decoding: payload, as: UTF8.self).uppercased()].map { .ticket($0) } ?? .scribble(payload)
        }
    }
}
