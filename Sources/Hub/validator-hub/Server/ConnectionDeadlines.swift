import Glibc
import NIOCore

/// Ends a connection whose client sends a request without end, byte by byte, or asks for a reply and takes nothing of it. The server's
/// own time for idle connections begins anew with each byte.
final class ConnectionDeadlines: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData

    private let request: TimeAmount
    private let stall: TimeAmount
    /// Nil between requests.
    private var requestEnd: Scheduled<Void>?
    private var stallEnd: Scheduled<Void>?
    /// Pieces of replies that this system has not taken from us.
    private var unwritten = 0

    /// - Parameters:
    ///   - request: from a request's first byte to its last.
    ///   - stall: without one byte of a reply being acknowledged by the client's system.
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
        var bytes = unwrapInboundIn(data)
        if requestEnd == nil {
            // Empty lines before a request are none (RFC 9112, section 2.2).
            bytes.moveReaderIndex(forwardBy: bytes.readableBytesView.prefix(while: Self.isLineEnd).count)
            guard bytes.readableBytes > 0 else { return }
            requestEnd = close(context, after: request)
        }
        // What stands last tells whether it ended a request, or stands behind one and begins the next.
        let last = bytes.readableBytesView.lastIndex { !Self.isLineEnd($0) }
        if let last, last > bytes.readerIndex, let front = bytes.readSlice(length: last - bytes.readerIndex) {
            context.fireChannelRead(wrapInboundOut(front))
            if requestEnd == nil { requestEnd = close(context, after: request) }
        }
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        unwritten += 1
        if stallEnd == nil { awaitProgress(context) }
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.unwritten -= 1
            self.stallEnd?.cancel()
            self.stallEnd = nil
            if self.unwritten > 0 { self.awaitProgress(context) }
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        endRequest()
        stallEnd?.cancel()
        stallEnd = nil
        context.fireChannelInactive()
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") }

    private func close(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }

    /// The system takes more from us only when a third of its buffer, which may have grown to megabytes, is free. Until then, that bytes
    /// are acknowledged shows that the client takes them, however slowly.
    private func awaitProgress(_ context: ChannelHandlerContext) {
        let before = Self.acknowledgedBytes(context)
        stallEnd = context.eventLoop.assumeIsolated().scheduleTask(in: stall) {
            if Self.acknowledgedBytes(context) > before {
                self.awaitProgress(context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// The head of Linux's `struct tcp_info` (linux/tcp.h), of which libc's ends before `tcpi_bytes_acked`.
    private struct Information {
        var before: InlineArray<15, UInt64> = .init(repeating: 0)
        var acknowledgedBytes: UInt64 = 0
    }

    /// Of all replies of the connection; 0 where the system does not tell.
    private static func acknowledgedBytes(_ context: ChannelHandlerContext) -> UInt64 {
        let told = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) { socket in
            var information = Information()
            var length = socklen_t(MemoryLayout<Information>.size)
            let code = unsafe getsockopt(socket, CInt(IPPROTO_TCP), TCP_INFO, &information, &length)
            return code == 0 ? information.acknowledgedBytes : 0
        }
        return told.flatMap { $0 } ?? 0
    }
}
