/// Names an exchange of one client; never used twice.
public struct HTTPExchangeID: Hashable, Sendable {
    let number: UInt
}
