import Hummingbird
import NIOCore

/// What is known of a request beside its own text: who is at the other end.
public struct HubRequestContext: RequestContext {
    public typealias Source = ApplicationRequestContextSource

    public var coreContext: CoreRequestContextStorage
    /// Of whoever made the connection: a device, or the proxy in front. Nil where the system does not tell.
    public let peerAddress: String?

    public init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }

    /// Empty where the system does not tell.
    var address: String { peerAddress ?? "" }

    /// Whether the other end is on this machine: the proxy, Prometheus, an administrator.
    public var isFromThisMachine: Bool {
        guard let peerAddress else { return false }
        return peerAddress == "::1" || peerAddress.hasPrefix("127.") || peerAddress.hasPrefix("::ffff:127.")
    }
}
