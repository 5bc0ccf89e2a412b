/// What a hub answered, as HTTP has it.
struct FleetReply: Hashable, Sendable {
    var status: Int
    /// How long the hub asks not to be asked again.
    var retryAfter: Duration?
    /// Of a list's the beginning.
    var body: [UInt8]
    /// Of a list's whole body, as it came.
    var byteCount = 0
    /// The connection will not serve another exchange.
    var isLast = false
}
