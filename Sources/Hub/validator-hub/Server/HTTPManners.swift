import NIOCore
import NIOHTTP1

/// What HTTP/1 asks of a server besides answering, and Hummingbird leaves out: it tells a client that waits for the word to go on
/// with its body (RFC 9110, section 10.1.1), and closes a connection that its client will not use again (RFC 9112, section 9.3).
final class HTTPManners: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let maximumBodyBytes: Int
    private let deadlines: ConnectionDeadlines
    /// `Connection` of the answers to the requests that are being answered, oldest first; nil needs no word.
    private var unanswered: [String?] = []

    init(maximumBodyBytes: Int, deadlines: ConnectionDeadlines) {
        self.maximumBodyBytes = maximumBodyBytes
        self.deadlines = deadlines
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .end = part { deadlines.endRequest() }
        guard case .head(var head) = part else { return context.fireChannelRead(data) }
        let isOld = (head.version.major, head.version.minor) < (1, 1)
        var isLast = !head.isKeepAlive
        if !isOld, head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            if Int(head.headers.first(name: "content-length") ?? "") ?? 0 > maximumBodyBytes {
                // Refused unread. Whether the body comes all the same nobody knows, so that nothing else may come behind it.
                isLast = true
            } else if unanswered.isEmpty {
                let go = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
            }
        }
        if isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        unanswered.append(isLast ? "close" : isOld ? "keep-alive" : nil)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if let connection = unanswered.first ?? nil { head.headers.replaceOrAdd(name: "connection", value: connection) }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            if !unanswered.isEmpty { unanswered.removeFirst() }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        }
    }
}
