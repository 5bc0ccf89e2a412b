/// On which terms codes of the transport ministry ride (`tickets.transport_…`).
public struct TransportTerms: Hashable, Sendable {
    /// The issuer of test codes that a hub prints. No real one has it.
    public static let testIssuer = "99999999"
    /// The account type of tests.
    public static let testAccountType: UInt8 = 4

    /// Eight decimal digits each. Empty: every issuer that a root vouches for.
    public var issuers: Set<String> = []
    /// Of these nobody rides, whatever a root says.
    public var deniedIssuers: Set<String> = []
    /// What a ride costs, held against what a code may pay; 0: not held.
    public var fareFen = 0
    /// Whether codes of test issuers and test accounts ride.
    public var acceptsTests = false

    public init() {}

    /// Why codes of `issuer` do not ride; nil when they do.
    func objection(to issuer: String) -> String? {
        if deniedIssuers.contains(issuer) { return "denied by tickets.transport_issuers" }
        if !issuers.isEmpty, !issuers.contains(issuer) { return "not among tickets.transport_issuers" }
        if issuer == Self.testIssuer, !acceptsTests { return "the test issuer; tickets.transport_accept_test is false" }
        return nil
    }
}
