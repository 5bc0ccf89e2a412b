import Base

/// A ticket and its bytes, by which a used one is remembered.
public struct SealedTicket: Hashable, Sendable {
    public var ticket: Ticket
    public var bytes: [UInt8]

    public init(ticket: Ticket, bytes: [UInt8]) {
        self.ticket = ticket
        self.bytes = bytes
    }
}
