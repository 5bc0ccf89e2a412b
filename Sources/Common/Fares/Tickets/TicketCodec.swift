/// One form of ticket code: its fields, what it is checked against, and the name by which a used one is known again.
public protocol TicketCodec: Sendable {
    /// Whether a code has the marks of this form. One that has them and is broken all the same is nobody else's.
    func claims(_ payload: [UInt8]) -> Bool

    /// What a code of the right form says, whoever made it; nil of any other, a broken one too.
    func unverified(_ payload: [UInt8]) -> Ticket?

    /// The fields of a code, as far as its form lets them be read.
    func fields(of payload: [UInt8]) -> [TicketField]

    /// Holds a code against what we know. The cheapest checks come first; mutating, since what was found good once may be kept.
    mutating func examine(
        _ payload: [UInt8], under circumstances: TicketCircumstances, isThorough: Bool
    ) -> TicketExamination

    /// True when one captured code gives the keys away.
    var isWeak: Bool { get }
}
