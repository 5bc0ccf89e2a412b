import CLinux
import ControlProtocol
import Glibc
import JSON

/// A connection to validatord's control socket.
struct ControlConnection: ~Copyable {
    private static let maximumReply = 8 << 20

    private let descriptor: CInt
    private let socket: String
    private let timeoutSeconds: CInt
    // Without a default: Swift 6.2 destroys it twice when the initialiser throws.
    private var input: [UInt8]

    /// - Parameter timeoutSeconds: a reply that takes longer will not come.
    init(socket: String, timeoutSeconds: CInt = 10) throws(ControlFailure) {
        let result = unsafe clinux_unix_connect(socket)
        guard result >= 0 else {
            if result == -EACCES || result == -EPERM { throw .notPermitted(socket: socket) }
            throw .unreachable(socket: socket, reason: Self.text(-result))
        }
        descriptor = result
        self.socket = socket
        self.timeoutSeconds = timeoutSeconds
        input = []
        // Without it the program would wait longer, which a person can end.
        _ = clinux_set_socket_timeout(descriptor, timeoutSeconds)
    }

    deinit { close(descriptor) }

    /// Has validatord start anew. False when it does not run, or not under a service manager: whoever runs this is told to start it.
    static func restartsDaemon(socket: String) -> Bool {
        do throws(ControlFailure) {
            var connection = try ControlConnection(socket: socket)
            _ = try connection.ask(.restart)
            return true
        } catch {
            return false
        }
    }

    /// Sends a request and waits for its reply.
    mutating func ask<Reply>(_ call: ControlCall<Reply>) throws(ControlFailure) -> Reply {
        try Self.reply(try request(call.request), as: call)
    }

    /// The reply that `result` is.
    static func reply<Reply>(_ result: JSONValue, as call: ControlCall<Reply>) throws(ControlFailure) -> Reply {
        guard let reply = call.reply(result) else {
            throw .unintelligible("a reply to \(call.request.name.rawValue) that lacks what it must have")
        }
        return reply
    }

    /// Sends a request and waits for its result, with members that this release does not know.
    mutating func request(_ request: ControlRequest) throws(ControlFailure) -> JSONValue {
        try send(request.line)
        let line = try receiveLine()
        let answer: ControlAnswer?
        do throws(JSONError) {
            answer = try ControlAnswer(line: line, maximumBytes: Self.maximumReply)
        } catch {
            throw .unintelligible("\(error)")
        }
        switch answer {
        case .result(let result): return result
        case .failure(let error): throw error.code == .badArgument ? .badArgument(error.text) : .refused(error.text)
        case nil: throw .unintelligible("neither a result nor an error")
        }
    }

    private func send(_ bytes: [UInt8]) throws(ControlFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe clinux_socket_write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
    }

    private mutating func receiveLine() throws(ControlFailure) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var searched = 0
        while true {
            if let end = input[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { input.removeSubrange(...end) }
                return Array(input[..<end])
            }
            searched = input.count
            guard searched <= Self.maximumReply else { throw .unintelligible("longer than \(Self.maximumReply) bytes") }
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { throw .unreachable(socket: socket, reason: "it closed the connection") }
            input += chunk[..<count]
        }
    }

    private func failure(_ code: CInt) -> ControlFailure {
        let reason = code == EAGAIN ? "no answer in \(timeoutSeconds) s" : Self.text(code)
        return .unreachable(socket: socket, reason: reason)
    }

    private static func text(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
}
