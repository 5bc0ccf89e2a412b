import Glibc
import Kernel
import OperatingSystem
import Testing

@Suite("Dispatch sources", .timeLimit(.minutes(5)))
struct ReadSourceTests {
    @Test("bytes wake the owner, and what is left wakes it again")
    func wakesUntilEmpty() async throws {
        let terminal = try PseudoTerminal()
        let wakeups = Wakeups()
        let source = ReadSource(owning: try .open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK), onReadable: wakeups.signal)
        #expect(terminal.controller.write([1, 2, 3].span) == .written(3))
        try await wakeups.next()
        #expect(source.read(atMost: 2) == .bytes([1, 2]))
        try await wakeups.next()
        #expect(source.read(atMost: 2) == .bytes([3]))
        #expect(source.read(atMost: 2) == .wouldBlock)
    }

    @Test("an unplugged device wakes the owner once with the end, and can be opened anew", arguments: 1...20)
    func hangUp(round: Int) async throws {
        let wakeups = Wakeups()
        let terminal = try PseudoTerminal()
        let source = ReadSource(
            owning: try .open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK), onReadable: wakeups.signal)
        _ = consume terminal
        try await wakeups.next()
        #expect(source.read(atMost: 64) == .ended)
        _ = consume source

        let next = try PseudoTerminal()
        let again = Wakeups()
        let reopened = ReadSource(owning: try .open(next.path, O_RDWR | O_NOCTTY | O_NONBLOCK), onReadable: again.signal)
        #expect(next.controller.write([UInt8(round)].span) == .written(1))
        // The kernel may wake a terminal's reader before the byte is through.
        var result = ReadResult.wouldBlock
        while result == .wouldBlock {
            try await again.next()
            result = reopened.read(atMost: 64)
        }
        #expect(result == .bytes([UInt8(round)]))
    }

    @Test("the descriptor is closed once its source is gone")
    func closesAfterCancel() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let source = ReadSource(owning: FileDescriptor(owning: ends[0])) {}
        let peerWakeups = Wakeups()
        let peer = ReadSource(owning: FileDescriptor(owning: ends[1]), onReadable: peerWakeups.signal)
        _ = consume source
        try await peerWakeups.next()
        #expect(peer.read(atMost: 1) == .ended)
    }

    @Test("a full pipe wakes its writer when there is room again, whether or not the reading side lives")
    func writable() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let near = FileDescriptor(owning: ends[0])
        let far = FileDescriptor(owning: ends[1])
        try near.setNonblockingAndCloseOnExec()
        try far.setNonblockingAndCloseOnExec()
        let source = ReadSource(owning: near) {}
        let chunk = [UInt8](repeating: 0, count: 65536)
        while case .written = source.write(chunk.span) {}
        let wakeups = Wakeups()
        let writer = try source.makeWriteSource(onWritable: wakeups.signal)
        while case .bytes = far.read(atMost: 65536) {}
        try await wakeups.next()
        #expect(source.write([1].span) == .written(1))
        _ = consume writer
    }
}
