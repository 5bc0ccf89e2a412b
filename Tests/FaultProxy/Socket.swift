import Glibc
import OperatingSystem
import Synchronization

/// A TCP socket of this machine's loopback, closed when its owner lets go of it. Blocking unless made otherwise.
public final class Socket: Sendable {
    private let descriptor: FileDescriptor
    /// Where it listens, or whom it is connected to.
    public let port: Int

    public var raw: Int32 { descriptor.raw }

    private init(_ descriptor: consuming FileDescriptor, port: Int) {
        self.descriptor = descriptor
        self.port = port
    }

    private static func make(port: Int) throws(SystemError) -> Socket {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard raw >= 0 else { throw SystemError.last("make a socket") }
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        return Socket(FileDescriptor(owning: raw), port: port)
    }

    /// Below the ports that the system hands out by itself. Processes begin at places of their own.
    private static let ports = 10_000..<30_000
    private static let portsTried = Mutex(Int(getpid()) * 97)

    /// Listens on a port that nobody has and that this process has not had lately: a server that picks none itself may have it
    /// once this value is gone.
    public static func listening() throws(SystemError) -> Socket {
        while true {
            let tried = portsTried.withLock { tried in
                tried += 1
                return tried
            }
            let socket = try make(port: ports.lowerBound + tried % ports.count)
            socket.set(SOL_SOCKET, SO_REUSEADDR, to: 1)
            if unsafe socket.withAddress({ unsafe bind(socket.raw, $0, $1) }) {
                try socket.admit()
                return socket
            }
            if errno != EADDRINUSE { throw SystemError.last("bind port \(socket.port)") }
        }
    }

    public static func connected(to port: Int) throws(SystemError) -> Socket {
        let socket = try make(port: port)
        guard unsafe socket.withAddress({ unsafe connect(socket.raw, $0, $1) }) else {
            throw SystemError.last("connect to port \(port)")
        }
        socket.sendAtOnce()
        return socket
    }

    /// Listens, perhaps again.
    public func admit() throws(SystemError) {
        guard listen(raw, 128) == 0 else { throw SystemError.last("listen on port \(port)") }
    }

    /// From now on whoever connects is refused; the port stays taken, as Linux has it.
    public func refuse() {
        shutdown(raw, Int32(SHUT_RD))
    }

    /// The next client. Waits for one unless nonblocking; nil when there is none.
    public func accept() -> Socket? {
        let client = Glibc.accept(raw, nil, nil)
        guard client >= 0 else { return nil }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        let socket = Socket(FileDescriptor(owning: client), port: port)
        socket.sendAtOnce()
        return socket
    }

    public func setNonblocking() throws(SystemError) {
        try descriptor.setNonblockingAndCloseOnExec()
    }

    public func receive(atMost limit: Int = 65536) -> ReadResult { descriptor.read(atMost: limit) }

    /// How many bytes were taken; nil when the other end is gone.
    public func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return count >= 0 ? count : errno == EAGAIN ? 0 : nil
    }

    /// The other end reads to the end of what was sent.
    public func finishSending() { shutdown(raw, Int32(SHUT_WR)) }

    /// Wakes whoever waits in `receive`, on both ends.
    public func hangUp() { shutdown(raw, Int32(SHUT_RDWR)) }

    /// The other end sees a reset when this one is closed.
    public func resetWhenClosed() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func sendAtOnce() { set(Int32(IPPROTO_TCP), TCP_NODELAY, to: 1) }

    private func set(_ level: Int32, _ name: Int32, to value: Int32) {
        var value = value
        unsafe setsockopt(raw, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func withAddress(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
