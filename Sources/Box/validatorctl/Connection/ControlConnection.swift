import CLinux
import Glibc
import JSON

/// A connection to validatord's control socket.
struct ControlConnection: ~Copyable {
    /// A reply that takes longer will not come.
    private static let timeoutSeconds: CInt = 10
    private static let maximumReply = 8 << 20

    private let descriptor: CInt
    private let socket: String
    // Without a default: Swift 6.2 destroys it twice when the initialiser throws.
    private var input: [UInt8]

    init(socket: String) throws(ControlFailure) {
        let result = unsafe clinux_unix_connect(socket)
        guard result >= 0 else {
            if result == -EACCES || result == -EPERM { throw .notPermitted(socket: socket) }
            throw .unreachable(socket: socket, reason: Self.text(-result))
        }
        descriptor = result
        self.socket = socket
        input = []
        // Without it the program would wait longer, which a person can end.
        _ = clinux_set_socket_timeout(descriptor, Self.timeoutSeconds)
    }

    deinit { close(descriptor) }

    /// Sends a request and waits for its result.
    mutating func request(_ command: String, _ arguments: JSONObject = [:]) throws(ControlFailure) -> JSONValue {
        let members = [JSONObject.Member(key: "command", value: .string(command))] + arguments.members
        try send(JSONValue.object(JSONObject(members)).bytes + [UInt8(ascii: "\n")])
        let reply: JSONValue
        do {
            reply = try JSONValue(parsing: try receiveLine(), maximumBytes: Self.maximumReply)
        } catch let error as ControlFailure {
            throw error
        } catch {
            throw .unintelligible("\(error)")
        }
        if reply["ok"] == true, let result = reply["result"] { return result }
        guard let text = reply["error"]?["text"]?.string else { throw .unintelligible("neither a result nor an error") }
        let isUsage = reply["error"]?["code"]?.string == "bad_argument"
        throw isUsage ? .badArgument(text) : .refused(text)
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
        let reason = code == EAGAIN ? "no answer in \(Self.timeoutSeconds) s" : Self.text(code)
        return .unreachable(socket: socket, reason: reason)
    }

    private static func text(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
}
