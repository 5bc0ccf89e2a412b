import NIOCore

/// Ends a connection whose client sends a request without end, byte by byte, or asks for a reply and takes nothing of it. The server's
/// own time for idle connections begins anew with each byte.
final class ConnectionDeadlines: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    private let request: TimeAmount
    private let stall: TimeAmount
    private var requestEnd: Scheduled<Void>?
    private var stallEnd: Scheduled<Void>?
    /// Pieces of replies that the client's system has not taken.
    private var unwritten = 0

    /// - Parameters:
    ///   - request: from a request's first byte to its last.
    ///   - stall: without one piece of a reply being taken.
    init(request: TimeAmount, stall: TimeAmount) {
        self.request = request
        self.stall = stall
    }

    /// The request that was being received is here as a whole.
    func endRequest() {
        requestEnd?.cancel()
        requestEnd = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if requestEnd == nil { requestEnd = close(context, after: request) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        unwritten += 1
        if stallEnd == nil { stallEnd = close(context, after: stall) }
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.unwritten -= 1
            self.stallEnd?.cancel()
            self.stallEnd = self.unwritten > 0 ? self.close(context, after: self.stall) : nil
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        endRequest()
        stallEnd?.cancel()
        stallEnd = nil
        context.fireChannelInactive()
    }

    private func close(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }
}
