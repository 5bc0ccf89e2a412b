import CLinux
import Dispatch
import Glibc

/// A client of a Unix socket that blocks as a script's would; so `work` runs beside the main queue.
nonisolated struct SocketClient: ~Copyable {
    let descriptor: CInt

    init(_ path: String) throws {
        descriptor = unsafe clinux_unix_connect(path)
        guard descriptor >= 0 else { throw Failure(code: -descriptor) }
        _ = clinux_set_socket_timeout(descriptor, 60)
    }

    deinit { close(descriptor) }

    struct Failure: Error { var code: CInt }

    /// False when the other end is gone.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe clinux_socket_write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// The next lines, fewer when the other end closes first.
    func lines(_ count: Int) -> [String] {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        var found = 0
        while found < count, unsafe read(descriptor, &byte, 1) == 1 {
            text.append(byte)
            if byte == UInt8(ascii: "\n") { found += 1 }
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Runs `work` off the main queue, which serves meanwhile.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
