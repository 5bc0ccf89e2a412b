/// The bounds of a `WebSocketServer`.
public struct WebSocketLimits: Hashable, Sendable {
    /// Open connections; a further request is answered with HTTP 503.
    public var connections = 1024
    /// Connections that are being opened or closed; for one more, the oldest is cut of the address that has the most of them, so that
    /// who opens many shuts out nobody but himself.
    public var pendingHandshakes = 64
    /// Of one address (IPv6: of one network of 64 bits); for one more, its oldest is cut.
    public var pendingHandshakesPerAddress = 32
    /// From being accepted to a complete request, TLS included; then the connection is cut.
    public var handshakeTime = Duration.seconds(10)
    /// Bytes of one incoming message, all fragments together.
    public var messageSize = 64 * 1024
    /// Bytes that wait for one client to read them; one that overflows is closed with 1013.
    public var queueSize = 256 * 1024
    /// Bytes that wait for all clients together; beyond, the one for which most wait is closed with 1013.
    public var totalQueueSize = 32 << 20
    /// From a close frame to the end of the connection, however slow the client.
    public var closingTime = Duration.seconds(2)

    public init() {}
}
