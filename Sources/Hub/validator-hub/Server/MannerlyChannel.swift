import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1

/// A connection of Hummingbird's with manners and deadlines, unless its address has too many.
struct MannerlyChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private struct TooMany: Error {}

    let channel: HTTP1Channel
    let maximumBodyBytes: Int
    let requestTime: Duration
    let stallTime: Duration
    let addresses: AddressCounts

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        if let address = channel.remoteAddress?.ipAddress {
            guard addresses.add(address) else {
                if let warning = addresses.warning(of: address) { logger.warning("\(warning)") }
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(TooMany())
            }
            channel.closeFuture.whenComplete { [addresses] _ in addresses.remove(address) }
        }
        return self.channel.setup(channel: channel, logger: logger).flatMapThrowing { value in
            // Where requests still say which version of HTTP they are in.
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            let deadlines = ConnectionDeadlines(request: TimeAmount(requestTime), stall: TimeAmount(stallTime))
            try pipeline.addHandler(deadlines, position: .first)
            try pipeline.addHandler(
                HTTPManners(maximumBodyBytes: maximumBodyBytes, deadlines: deadlines), position: .before(codec))
            return value
        }
    }

    /// On the connection's own event loop: a request that changed threads between its parts would wake one up each time.
    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await channel.handle(value: value, logger: logger)
        }
    }
}
