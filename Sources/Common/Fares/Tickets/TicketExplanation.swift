/// What a technician is told of a code: its codec, each field, each check.
public struct TicketExplanation: Hashable, Sendable {
    public var codec: TicketCodecKind
    public var fields: [TicketField]
    /// Nil when its form could not be read.
    public var ticket: Ticket?
    public var examination: TicketExamination

    /// Why it is refused; nil when nothing in the code stands against it.
    public var fault: TicketFault? { examination.fault }
}
