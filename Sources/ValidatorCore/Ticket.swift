/// A QR ticket's content, as codec `VT1` lays it out in 30 bytes.
public struct Ticket: Hashable, Sendable {
    /// The lifetime field has 16 bits.
    public static let longestLifetimeSeconds = 65535
}
