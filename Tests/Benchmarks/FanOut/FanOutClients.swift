import Base
import CLinux
import Glibc
import OperatingSystem
import ReadEvents

/// Many subscribers in one thread, which notes how long each event took to reach each of them.
final class FanOutClients {
    private static let chunk = 64 * 1024

    private let epoll = clinux_epoll_create()
    private var sockets: [Int32] = []
    /// The beginning of a frame whose end has not come yet, by socket.
    private var rests: [Int32: [UInt8]] = [:]
    private(set) var delays = Samples()

    /// Connects so many more.
    /// - Parameter speaksWebSocket: false for the probe, which sends frames to whoever connects.
    func connect(_ count: Int, port: UInt16, speaksWebSocket: Bool) throws {
        for _ in 0..<count {
            let socket = try FanOutSocket.connect(port: port)
            sockets.append(socket)
            if speaksWebSocket {
                try Self.upgrade(socket)
                try Self.subscribe(socket, to: [FanOutServer.device])
            }
            _ = fcntl(socket, F_SETFL, O_NONBLOCK)
            _ = clinux_epoll_add(epoll, socket, UInt32(clinux_epoll_in), UInt64(socket))
        }
    }

    deinit {
        for socket in sockets { close(socket) }
        close(epoll)
    }

    static func upgrade(_ socket: Int32) throws {
        let request = """
            GET \(ReadEventService.path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r\n
            """
        write(socket, request, request.utf8.count)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while !answer.suffix(4).elementsEqual("\r\n\r\n".utf8), read(socket, &byte, 1) == 1 { answer.append(byte) }
        guard answer.starts(with: "HTTP/1.1 101".utf8) else {
            throw BenchmarkError("no upgrade: \(String(decoding: answer, as: UTF8.self))")
        }
    }

    static func subscribe(_ socket: Int32, to devices: [String]) throws {
        let names = devices.map { "\"\($0)\"" }.joined(separator: ",")
        let frame = FanOutSocket.maskedFrame(Array(#"{"requestID":"r","requestType":1,"deviceID":[\#(names)]}"#.utf8) + padding)
        guard write(socket, frame, frame.count) == frame.count else { throw SystemError.last("subscribe") }
    }

    /// White space, so that every request is long enough for a frame with a 16-bit length.
    private static let padding = [UInt8](repeating: 0x20, count: 126)

    /// Reads whatever comes for so long. Events that come before `from` do not count.
    func run(for duration: Duration, from: Duration = .zero) throws {
        let start = Clocks.now().instant
        let (counted, end) = (start + from, start + duration)
        var happened = [clinux_epoll_event](repeating: clinux_epoll_event(), count: Int(clinux_epoll_batch))
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        while Clocks.now().instant < end {
            var wait = pollfd(fd: epoll, events: Int16(POLLIN), revents: 0)
            _ = poll(&wait, 1, 20)
            let count = clinux_epoll_poll(epoll, &happened)
            for index in 0..<max(0, Int(count)) {
                let socket = Int32(happened[index].token)
                let size = read(socket, &buffer, buffer.count)
                if size == 0 { throw BenchmarkError("a subscriber that reads was cut off") }
                if size > 0 { take(buffer, size, from: socket, counted: counted) }
            }
        }
    }

    /// Once for each event and subscriber, so it makes nothing on its way.
    private func take(_ buffer: [UInt8], _ size: Int, from socket: Int32, counted: Instant) {
        let now = Clocks.now().instant
        var (bytes, size) = (buffer, size)
        if let rest = rests.removeValue(forKey: socket) {
            bytes = rest + buffer[..<size]
            size = bytes.count
        }
        var start = 0
        while let frame = Self.frame(in: bytes, from: start, to: size) {
            if let made = Self.moment(in: bytes, frame), made > counted { delays.add(now - made) }
            start = frame.upperBound
        }
        if start < size { rests[socket] = Array(bytes[start..<size]) }
    }

    /// Where the content of the first frame is; nil when it is not complete.
    private static func frame(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
        guard end - start >= 4 else { return nil }
        let isLong = bytes[start + 1] == 126
        let length = isLong ? Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]) : Int(bytes[start + 1])
        let content = start + (isLong ? 4 : 2)
        return content + length <= end ? content..<(content + length) : nil
    }

    /// When the event was made; nil for any other text.
    private static func moment(in bytes: [UInt8], _ frame: Range<Int>) -> Instant? {
        // {"readEventType":2,"readEventID":"
        let digits = frame.lowerBound + 34
        let isEvent = frame.count > 100 && bytes[digits - 2] == UInt8(ascii: ":") && bytes[digits - 16] == UInt8(ascii: ",")
        guard isEvent else { return nil }
        var value: UInt64 = 0
        for index in digits..<(digits + 16) { value = value << 4 | UInt64(hexadecimalValue(bytes[index]) ?? 0) }
        return Instant(nanoseconds: Int64(value))
    }
}
