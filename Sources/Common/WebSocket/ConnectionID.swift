/// One connection of a `WebSocketServer`, named for as long as the server lives: no number is used twice.
public struct ConnectionID: Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}
