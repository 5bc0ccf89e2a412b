import Base

/// A ticket of our own, as codec `VT1` lays it out in its first 20 bytes.
public struct VT1Ticket: Hashable, Sendable {
    /// The lifetime field has 16 bits.
    public static let longestLifetimeSeconds = 65535

    public enum Kind: UInt8, Sendable {
        /// Good for one ride.
        case singleRide = 0
        /// Good for any number within its lifetime.
        case pass = 1
    }

    public var keyID: UInt8
    public var kind: Kind
    /// At most 15 digits.
    public var card: CardNumber
    /// Seconds since 1970; the field has 32 bits.
    public var validFrom: UInt32
    public var lifetimeSeconds: UInt16
    public var nonce: UInt32

    public init(keyID: UInt8, kind: Kind, card: CardNumber, validFrom: UInt32, lifetimeSeconds: UInt16, nonce: UInt32) {
        self.keyID = keyID
        self.kind = kind
        self.card = card
        self.validFrom = validFrom
        self.lifetimeSeconds = lifetimeSeconds
        self.nonce = nonce
    }

    public var start: WallTime { WallTime(seconds: Int64(validFrom)) }
    public var end: WallTime { start + .seconds(Int64(lifetimeSeconds)) }
}
