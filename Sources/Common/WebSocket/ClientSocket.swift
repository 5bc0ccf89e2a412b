import CLinux
import Glibc
import Kernel
import OperatingSystem

/// The bytes to and from one client, through TLS or not. Nothing here waits.
@MainActor struct ClientSocket: ~Copyable {
    /// What the system may keep of what a client does not read, and of what is not read from it: twice this each. Small, since it would
    /// else be megabytes for each client.
    private static let buffer: Int32 = 64 * 1024

    private var tls: TLSSession?
    private let descriptor: FileDescriptor

    /// `tls` is a session on that descriptor.
    init(_ descriptor: consuming FileDescriptor, tls: consuming TLSSession?) {
        clinux_tcp_tune(descriptor.raw, Self.buffer)
        self.tls = tls
        self.descriptor = descriptor
    }

    /// The descriptor, valid as long as this value lives.
    var raw: Int32 { descriptor.raw }

    /// Who the client is, as far as addresses tell.
    var peer: UInt64 { clinux_tcp_peer(descriptor.raw) }

    /// What has to be there for a read that would block to go on.
    var readInterest: InnerEpoll.Readiness {
        switch tls {
        case .some(let session): session.readWantsWrite ? [.read, .write] : .read
        case nil: .read
        }
    }

    mutating func read(atMost limit: Int) -> ReadResult {
        tls?.read(atMost: limit) ?? descriptor.read(atMost: limit)
    }

    func write(_ bytes: Span<UInt8>) -> WriteResult {
        tls?.write(bytes) ?? descriptor.write(bytes)
    }

    /// The client reads an end after what was written; it may still send.
    func finishSending() {
        tls?.finishSending()
        shutdown(raw, Int32(SHUT_WR))
    }

    /// When the socket is closed, what the client has not read is discarded.
    func resetOnClose() { clinux_reset_on_close(raw) }
}
