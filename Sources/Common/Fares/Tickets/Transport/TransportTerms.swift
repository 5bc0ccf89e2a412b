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

    /// Takes in `tickets.transport_issuers`: eight decimal digits allow an issuer, and deny it behind a `!`.
    ///
    /// - Returns: the words that are neither.
    public mutating func setIssuers(_ words: [String]) -> [String] {
        (issuers, deniedIssuers) = ([], [])
        var mistakes: [String] = []
        for word in words {
            let digits = word.hasPrefix("!") ? word.dropFirst() : word[...]
            if digits.utf8.count != 8 || !digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                mistakes.append(word)
            } else if digits.startIndex == word.startIndex {
                issuers.insert(word)
            } else {
                deniedIssuers.insert(String(digits))
            }
        }
        return mistakes
    }

    /// Why codes of `issuer` do not ride; nil when they do.
    func objection(to issuer: String) -> String? {
        if deniedIssuers.contains(issuer) { return "denied by tickets.transport_issuers" }
        if !issuers.isEmpty, !issuers.contains(issuer) { return "not among tickets.transport_issuers" }
        if issuer == Self.testIssuer, !acceptsTests { return "the test issuer; tickets.transport_accept_test is false" }
        return nil
    }
}
