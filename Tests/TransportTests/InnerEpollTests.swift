import Glibc
import Kernel
import OperatingSystem
import Testing

@MainActor struct InnerEpollTests {
    private let epoll: InnerEpoll

    init() throws {
        epoll = try InnerEpoll()
    }

    /// Two ends of a connection, closed at the test's end.
    private final class SocketPair {
        private(set) var ends: [Int32] = [-1, -1]

        init() throws {
            try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        }

        deinit { ends.forEach { close($0) } }

        func send() { _ = unsafe write(ends[1], [1], 1) }
        func receive() { var byte: UInt8 = 0; _ = unsafe read(ends[0], &byte, 1) }
        func hangUp() { shutdown(ends[1], Int32(SHUT_RDWR)) }
    }

    /// Resumes when a fresh descriptor has been reported, which takes a later batch than all that was ready before.
    private func laterTurn() async throws {
        for _ in 0..<2 {
            let pair = try SocketPair()
            pair.send()
            await withCheckedContinuation { continuation in
                try? epoll.register(pair.ends[0], for: .read) { [epoll] _ in
                    epoll.remove(pair.ends[0])
                    continuation.resume()
                }
            }
        }
    }

    @Test("a readable descriptor is reported until it is read")
    func readable() async throws {
        let pair = try SocketPair()
        pair.send()
        var seen: [InnerEpoll.Readiness] = []
        try epoll.register(pair.ends[0], for: .read) {
            seen.append($0); if seen.count == 2 { pair.receive() }
        }
        try await laterTurn()
        try await laterTurn()
        #expect(seen == [.read, .read])
    }

    @Test("what is watched for can change")
    func modify() async throws {
        let pair = try SocketPair()
        var seen: [InnerEpoll.Readiness] = []
        try epoll.register(pair.ends[0], for: .write) { [epoll] in
            seen.append($0)
            try? epoll.modify(pair.ends[0], for: .read)
        }
        try await laterTurn()
        #expect(seen == [.write])
    }

    @Test("a hang-up is reported though not watched for")
    func hangUp() async throws {
        let pair = try SocketPair()
        var seen: InnerEpoll.Readiness = []
        try epoll.register(pair.ends[0], for: []) { [epoll] in
            seen = $0
            epoll.remove(pair.ends[0])
        }
        pair.hangUp()
        try await laterTurn()
        #expect(seen.contains(.failure))
    }

    @Test("a descriptor closed and used anew within a batch does not get the old one's event")
    func reusedDescriptor() async throws {
        let pairs = [try SocketPair(), try SocketPair()]
        let fresh = try SocketPair()
        pairs.forEach { $0.send() }
        var calls = 0
        var staleCalls = 0
        for (index, pair) in pairs.enumerated() {
            try epoll.register(pair.ends[0], for: .read) { [epoll] _ in
                calls += 1
                epoll.remove(pair.ends[0])
                // The other pair's event is in the same batch; its number now names a descriptor with nothing to read.
                let other = pairs[1 - index].ends[0]
                epoll.remove(other)
                dup2(fresh.ends[0], other)
                try? epoll.register(other, for: .read) { _ in staleCalls += 1 }
            }
        }
        try await laterTurn()
        #expect(calls == 1)
        #expect(staleCalls == 0)
        fresh.send()
        try await laterTurn()
        #expect(staleCalls > 0)
    }

    @Test("a descriptor that cannot be watched is an error that says so")
    func refused() throws {
        let error = #expect(throws: SystemError.self) { try epoll.register(9999, for: .read) { _ in } }
        #expect(error?.description == "watch descriptor 9999: Bad file descriptor")
        #expect(epoll.count == 0)
    }
}
