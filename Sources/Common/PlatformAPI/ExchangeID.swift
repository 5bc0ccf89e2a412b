/// Numbers an exchange with the platform; never used twice in one run.
public struct ExchangeID: Hashable, Comparable, Sendable {
    public let number: UInt64
    public init(number: UInt64) { self.number = number }
    public static func < (left: ExchangeID, right: ExchangeID) -> Bool { left.number < right.number }
}
