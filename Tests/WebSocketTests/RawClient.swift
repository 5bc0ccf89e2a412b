import Dispatch
import Glibc

/// A WebSocket client that sends exactly the bytes it is told to, and blocks as a script's would; so `run` is beside the main queue.
nonisolated final class RawClient: Sendable {
    struct Failure: Error { var what: String }

    struct Frame: Equatable {
        /// FIN, the reserved bits, and the opcode.
        var first: UInt8
        var payload: [UInt8]

        static func text(_ text: String) -> Frame { Frame(first: 0x81, payload: Array(text.utf8)) }
        static func pong(_ text: String) -> Frame { Frame(first: 0x8A, payload: Array(text.utf8)) }
        static func close(_ code: UInt16, _ reason: String = "") -> Frame {
            Frame(first: 0x88, payload: [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8)
        }
    }

    static let upgrade = """
        GET /events?x=1 HTTP/1.1\r\nHost: box:1443\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    private let descriptor: CInt

    /// `receiveBuffer` in bytes bounds what the system takes in for a client that does not read.
    /// `host` is the last number of the client's own address, 127.0.0.x.
    init(port: UInt16, receiveBuffer: CInt? = nil, host: UInt32 = 1) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket") }
        if var size = receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = (0x7F00_0000 + host).bigEndian
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw Failure(what: "bind: errno \(errno)") }
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect: errno \(errno)") }
    }

    deinit { Glibc.close(descriptor) }

    /// A client whose connection is open.
    static func open(port: UInt16, receiveBuffer: CInt? = nil) throws -> RawClient {
        let client = try RawClient(port: port, receiveBuffer: receiveBuffer)
        client.send(upgrade)
        let head = client.head()
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw Failure(what: head) }
        return client
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// False when the other end is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Of so many bytes, fewer at the end of the stream.
    func receive(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(descriptor, &bytes, count, CInt(MSG_WAITALL))
        return Array(bytes.prefix(max(received, 0)))
    }

    /// The head of an HTTP answer, or what came before the end of the stream.
    func head() -> String {
        var text: [UInt8] = []
        while !text.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let byte = receive(1)
            guard !byte.isEmpty else { break }
            text += byte
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil at the end of the stream.
    func frame() -> Frame? {
        let head = receive(2)
        guard head.count == 2 else { return nil }
        var length = Int(head[1])
        if length >= 126 { length = receive(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        let payload = length == 0 ? [] : receive(length)
        return payload.count == length ? Frame(first: head[0], payload: payload) : nil
    }

    /// Up to the end of the stream.
    func frames() -> [Frame] {
        var frames: [Frame] = []
        while let frame = frame() { frames.append(frame) }
        return frames
    }

    /// The payloads of so many messages, as text.
    func texts(_ count: Int) -> [String] {
        (0..<count).compactMap { _ in frame().map { String(decoding: $0.payload, as: UTF8.self) } }
    }

    /// Runs `work` off the main queue, which serves meanwhile.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// A frame as a client sends it, masked.
nonisolated func clientFrame(_ first: UInt8, _ payload: [UInt8], mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]) -> [UInt8] {
    var frame = [first]
    switch payload.count {
    case 0...125: frame.append(0x80 | UInt8(payload.count))
    case 126...0xFFFF: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    return frame + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

nonisolated func clientText(_ text: String) -> [UInt8] { clientFrame(0x81, Array(text.utf8)) }
