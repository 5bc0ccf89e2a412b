/// Why a code is no good ticket. Each is a `Reason` as well.
public enum TicketFault: Error, Hashable, Sendable, CaseIterable {
    case malformed
    case unknownKey
    case forged
    case notYetValid
    case expired
    /// The root key that vouches for the issuer is not among ours.
    case noRootKey
    /// The issuer's certificate, or the root key above it, has ended.
    case certificateExpired
    /// Not among the issuers whose riders ride here, or a test code.
    case issuerNotAccepted
    /// The issuer allowed the phone to make codes until a time that has passed.
    case authorisationExpired
    /// The ride costs more than the code may pay.
    case amountExceeded
}
