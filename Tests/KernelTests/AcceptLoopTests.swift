import Base
import CLinux
import Glibc
import Kernel
import OperatingSystem
import TestSupport
import Testing

@Suite("accepting clients")
struct AcceptLoopTests {
    /// A listening socket that says what it is told to when it is asked for a client.
    private final class Socket {
        var refusals: [Int32]
        private(set) var attempts = 0

        init(refusals: [Int32]) { self.refusals = refusals }

        func next(_ listener: Int32) -> Int32 {
            attempts += 1
            return refusals.isEmpty ? clinux_accept(listener) : -refusals.removeFirst()
        }
    }

    @Test(
        "without a descriptor left it pauses instead of going round, and then accepts who waits",
        arguments: [EMFILE, ENFILE, ENOMEM])
    func noDescriptors(code: Int32) async throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/socket"
        let listening = unsafe clinux_unix_listen(path, 0o600, 4)
        try #require(listening >= 0)
        let socket = Socket(refusals: [code, code])
        var troubles: [String] = []
        let start = Clocks.now().instant
        var loop: AcceptLoop?
        await withCheckedContinuation { continuation in
            loop = try? AcceptLoop(
                FileDescriptor(owning: listening), of: "a client", epoll: InnerEpoll(), acceptNext: { socket.next($0) },
                onTrouble: { troubles.append($0) },
                onClient: { _ in continuation.resume() })
            _ = unsafe clinux_unix_connect(path)
        }
        // Two refusals, each with a pause; the client; and nobody else.
        #expect(troubles.count == 2 && socket.attempts == 4)
        #expect(Clocks.now().instant - start >= AcceptLoop.pause * 2)
        loop?.stop()
    }
}
