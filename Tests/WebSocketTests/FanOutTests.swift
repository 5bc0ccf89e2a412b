import Base
import Glibc
import Kernel
import Testing

@testable import WebSocket

@Suite("one message for many", .timeLimit(.minutes(5)))
struct FanOutTests {
    /// So long that a client that does not read overflows any buffer of the system's.
    private nonisolated static let message = [UInt8](repeating: 0x61, count: 2000)

    @Test("each of many clients gets every message, once and in order")
    func everybody() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let clients = Task {
            try await RawClient.run {
                let texts = try (0..<100).map { _ in try RawClient.open(port: port) }.map { $0.texts(200) }
                return texts.filter { $0 == (0..<200).map { "event \($0)" } }.count
            }
        }
        try await bench.eventually { bench.opened.count == 100 }
        for round in 0..<200 {
            bench.broadcast(Array("event \(round)".utf8))
            if round % 10 == 0 { await Task.yield() }
        }
        #expect(try await clients.value == 100)
        bench.stop()
    }

    @Test("a client that reads nothing is closed with 1013 and forgotten; the others miss nothing")
    func stuck() async throws {
        let bench = try ServerBench {
            $0.queueSize = 64 * 1024
            $0.closingTime = .milliseconds(200)
        }
        let port = bench.port
        let count = 400
        let stuck = try await RawClient.run { try RawClient.open(port: port, receiveBuffer: 4096) }
        try await bench.eventually { bench.opened.count == 1 }
        let reader = Task {
            try await RawClient.run {
                let client = try RawClient.open(port: port)
                return client.texts(count).count { $0.utf8.elementsEqual(Self.message) }
            }
        }
        try await bench.eventually { bench.opened.count == 2 }
        for _ in 0..<count {
            bench.broadcast(Self.message)
            // As fast as the reader reads, so that it is never the one that overflows.
            try await bench.eventually { (bench.server?.connections[bench.opened[1]]?.output.isEmpty ?? true) }
        }
        #expect(try await reader.value == count)
        #expect(bench.closed.first == bench.opened[0])
        // Cut for good although it never took its close frame: the listener and the reader are left.
        try await bench.eventually { bench.server?.connections[bench.opened[0]] == nil }
        withExtendedLifetime(stuck) {}
        bench.stop()
    }

    @Test("a slow client that reads at last finds whole messages and 1013 behind them")
    func overflow() async throws {
        let bench = try ServerBench { $0.queueSize = 64 * 1024 }
        let port = bench.port
        let slow = try await RawClient.run { try RawClient.open(port: port, receiveBuffer: 4096) }
        try await bench.eventually { bench.opened.count == 1 }
        try await bench.eventually {
            bench.broadcast(Self.message)
            return !bench.closed.isEmpty
        }
        let kept = bench.server?.connections[bench.opened[0]]?.output.size ?? 0
        #expect(kept < 20_000, "its queue is freed at once")
        let frames = try await RawClient.run { slow.frames() }
        #expect(frames.last == .close(1013, "too slow to read what was sent"))
        #expect(frames.count > 20 && frames.dropLast().allSatisfy { $0.payload == Self.message })
        bench.stop()
    }

    @Test("what waits for all together has a bound too: the one for which most waits is closed, until it is kept")
    func together() async throws {
        let total = 256 * 1024
        let bench = try ServerBench {
            $0.queueSize = 1 << 20
            $0.totalQueueSize = total
        }
        let port = bench.port
        let clients = try await RawClient.run { try (0..<8).map { _ in try RawClient.open(port: port, receiveBuffer: 4096) } }
        try await bench.eventually { bench.opened.count == 8 }
        // More for the first than for the others.
        for _ in 0..<20 { bench.server?.send(Self.message, to: bench.opened[0]) }
        for _ in 0..<400 {
            bench.broadcast(Self.message)
            #expect((bench.server?.queuedSize ?? 0) <= total)
        }
        try await bench.eventually { !bench.closed.isEmpty }
        #expect(bench.closed.first == bench.opened[0])
        let kept = bench.server?.connections.values.reduce(0) { $0 + $1.output.size }
        #expect(kept == bench.server?.queuedSize)
        withExtendedLifetime(clients) {}
        bench.stop()
    }

    @Test("a burst that exceeds the queue in one turn closes nobody who reads")
    func burst() async throws {
        let bench = try ServerBench { $0.queueSize = 16 * 1024 }
        let port = bench.port
        let reader = Task { try await RawClient.run { try RawClient.open(port: port).texts(30).count } }
        try await bench.eventually { bench.opened.count == 1 }
        for _ in 0..<30 { bench.broadcast(Self.message) }
        #expect(try await reader.value == 30)
        bench.stop()
    }
}
