import Foundation
import Glibc
import JSON

/// A connection on which a test says each byte itself. It blocks, and so has a thread of its own.
struct RawConnection: Sendable {
    enum Failure: Error { case cannotConnect, cannotSend, silent }

    private let descriptor: Int32

    /// Connects to the port of this machine, hands the connection to `body`, and closes it.
    ///
    /// - Parameter receiveBuffer: in bytes, what this end's system takes without its being read; nil is the system's choice.
    static func run<Result: Sendable>(
        port: Int, receiveBuffer: CInt? = nil, _ body: @escaping @Sendable (RawConnection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Swift.Result {
                        let connection = try RawConnection(port: port, receiveBuffer: receiveBuffer)
                        defer { close(connection.descriptor) }
                        return try body(connection)
                    })
            }
        }
    }

    /// What a request is answered whose connection ends with the answer.
    static func reply(port: Int, head: [String], body: [UInt8]) async throws -> TestHub.Reply {
        let head = head + ["Host: hub", "Connection: close", "Content-Length: \(body.count)"]
        let request = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
        return try await run(port: port) { connection in
            try connection.send(request)
            return try Self.parse(connection.readToEnd())
        }
    }

    private init(port: Int, receiveBuffer: CInt?) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure.cannotConnect }
    }

    func send(_ bytes: [UInt8]) throws {
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure.cannotSend }
    }

    /// What comes until an empty line.
    func readHead() throws -> String {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) { bytes += try read(exactly: 1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func read(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try read(count - bytes.count)
            guard !more.isEmpty else { throw Failure.silent }
            bytes += more
        }
        return bytes
    }

    /// What comes until the other side closes.
    func readToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(65536)
            guard !more.isEmpty else { return bytes }
            bytes += more
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe Glibc.read(descriptor, &bytes, count)
        guard got >= 0 else { throw Failure.silent }
        return Array(bytes[..<got])
    }

    static func parse(_ bytes: [UInt8]) throws -> TestHub.Reply {
        let text = String(decoding: bytes, as: UTF8.self)
        let end = text.range(of: "\r\n\r\n")?.upperBound ?? text.endIndex
        return TestHub.Reply(
            status: Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0,
            body: try JSONValue(parsing: String(text[end...]), maximumBytes: 1 << 24))
    }
}
