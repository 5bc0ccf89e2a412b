/// What a configuration says of tickets (`[tickets]`), alike on box and hub.
public struct TicketSettings: Hashable, Sendable {
    /// Asked in this order which of them a code belongs to.
    public var codecs: [TicketCodecKind] = TicketCodecKind.allCases
    /// The provisioning secret of VT1's keys. Empty: a key is its text alone, which is weak.
    public var secret: [UInt8] = []
    public var transport = TransportTerms()
    /// How far the clocks of issuer and checker may differ, either way; not negative.
    public var skew: Duration = .seconds(60)

    public init() {}
}
