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
    /// Nil between requests, and for one that came in whole.
    private var requestEnd: NIODeadline?
    /// Nil while this system takes every reply from us.
    private var stallEnd: NIODeadline?
    /// What the client's system had acknowledged when `stallEnd` was set.
    private var acknowledged: UInt64 = 0
    /// At whichever of the two comes first, or before: as ends mostly go away before they are reached, a timer for each would cost
    /// more than all else here.
    private var look: (due: NIODeadline, task: Scheduled<Void>)?

    /// - Parameters:
    ///   - request: from a request's first byte to its last.
    ///   - stall: without one byte of a reply being acknowledged by the client's system.
    init(request: TimeAmount, stall: TimeAmount) {
        self.request = request
        self.stall = stall
    }

    /// The request that was being received is here as a whole.
    func endRequest() { requestEnd = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if requestEnd == nil {
            // Empty lines before a request are none (RFC 9112, section 2.2).
            bytes.moveReaderIndex(forwardBy: bytes.readableBytesView.prefix(while: Self.isLineEnd).count)
            guard bytes.readableBytes > 0 else { return }
            guard !WholeRequest.isAll(of: bytes.readableBytesUInt8Span) else {
                return context.fireChannelRead(wrapInboundOut(bytes))
            }
            beginRequest(context)
        }
        // What stands last tells whether it ended a request, or stands behind one and begins the next.
        let last = bytes.readableBytesView.lastIndex { !Self.isLineEnd($0) }
        if let last, last > bytes.readerIndex, let front = bytes.readSlice(length: last - bytes.readerIndex) {
            context.fireChannelRead(wrapInboundOut(front))
            if requestEnd == nil { beginRequest(context) }
        }
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if stallEnd == nil, Self.hasUnwritten(context) { awaitProgress(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        (requestEnd, stallEnd) = (nil, nil)
        look?.task.cancel()
        look = nil
        context.fireChannelInactive()
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") }

    private func beginRequest(_ context: ChannelHandlerContext) {
        let end = context.eventLoop.now + request
        requestEnd = end
        look(context, at: end)
    }

    /// The system takes more from us only when a third of its buffer, which may have grown to megabytes, is free. Until then, that bytes
    /// are acknowledged shows that the client takes them, however slowly.
    private func awaitProgress(_ context: ChannelHandlerContext) {
        let end = context.eventLoop.now + stall
        stallEnd = end
        acknowledged = Self.acknowledgedBytes(context)
        look(context, at: end)
    }

    private func look(_ context: ChannelHandlerContext, at due: NIODeadline) {
        if let look {
            guard due < look.due else { return }
            look.task.cancel()
        }
        look = (due, context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.lookAround(context) })
    }

    private func lookAround(_ context: ChannelHandlerContext) {
        look = nil
        let now = context.eventLoop.now
        if let requestEnd, requestEnd <= now { return context.close(promise: nil) }
        if let stallEnd, stallEnd <= now {
            if !Self.hasUnwritten(context) {
                self.stallEnd = nil
            } else if Self.acknowledgedBytes(context) > acknowledged {
                awaitProgress(context)
            } else {
                return context.close(promise: nil)
            }
        }
        if let next = [requestEnd, stallEnd].compactMap(\.self).min() { look(context, at: next) }
    }

    /// Whether there are pieces of replies that this system has not taken from us.
    private static func hasUnwritten(_ context: ChannelHandlerContext) -> Bool {
        let count = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return count ?? 0 > 0
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
