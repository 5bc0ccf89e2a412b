/// What a hub answered, as HTTP has it.
struct FleetReply: Hashable, Sendable {
    var status: Int
    /// How long the hub asks not to be asked again.
    var retryAfter: Duration?
    var body: [UInt8]
    /// The connection will not serve another exchange.
    var isLast = false
}
