import Glibc
import OperatingSystem

/// The few calls that a benchmark of many connections needs, without anything between it and the system.
enum FanOutSocket {
    static func listen() throws -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isBound == 0, Glibc.listen(listener, 128) == 0 else { throw SystemError.last("listen") }
        return listener
    }

    static func port(of listener: Int32) throws -> UInt16 {
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        guard result == 0 else { throw SystemError.last("ask for the port") }
        return UInt16(bigEndian: address.sin_port)
    }

    static func accept(_ listener: Int32) throws -> Int32 {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0, fcntl(client, F_SETFL, O_NONBLOCK) == 0 else { throw SystemError.last("accept") }
        tune(client)
        return client
    }

    /// - Parameter receiveBuffer: nil leaves it to the system.
    static func connect(port: UInt16, receiveBuffer: Int32? = nil) throws -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer { setsockopt(client, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size)) }
        var address = loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemError.last("connect") }
        tune(client)
        return client
    }

    /// A server's text frame of 126 to 65,535 bytes (RFC 6455 section 5.2).
    static func frame(_ text: [UInt8]) -> [UInt8] {
        [0x81, 126, UInt8(text.count >> 8), UInt8(text.count & 0xFF)] + text
    }

    /// The same from a client, whose masking key of zeros leaves the text as it is.
    static func maskedFrame(_ text: [UInt8]) -> [UInt8] {
        let head: [UInt8] = [0x81, 0x80 | 126, UInt8(text.count >> 8), UInt8(text.count & 0xFF), 0, 0, 0, 0]
        return head + text
    }

    private static func tune(_ socket: Int32) {
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
