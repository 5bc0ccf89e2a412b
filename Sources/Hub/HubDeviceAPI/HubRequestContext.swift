import Hummingbird
import NIOCore

/// A request, and the other end of its connection.
public struct HubRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Numeric; empty where there is none, as of a socket file.
    public let address: String

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
