/// Makes and checks ticket texts. The platform's document calls its QR text "an encrypted string" and gives no layout,
/// so this is an interface with one implementation of our own, never presented as the platform's format.
public protocol TicketCodec: Sendable {
    /// The ticket in `payload` and the bytes that name it for ever, or why it is none.
    func read(_ payload: [UInt8], keys: (_ id: UInt8) -> [KeyGroup.Key]) -> Result<SealedTicket, TicketFault>

    /// What a text of the right form says, whoever sealed it. Two scans of one ticket in different case give the same bytes.
    func unverified(_ payload: [UInt8]) -> SealedTicket?

    /// True when one captured code gives the keys away.
    var isWeak: Bool { get }
}
