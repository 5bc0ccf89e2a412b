import Foundation
import Kernel
import Testing

@testable import Transport

@MainActor struct EnduranceTests {
    @Test("10,000 exchanges, good, bad and cancelled, 16 at a time: each ends once, and no descriptor is left")
    func endurance() async throws {
        let faults = [
            "echo", "status/500", "echo", "close", "gzip", "cut", "echo", "reset", "garbage", "redirect", "echo", "not-gzip",
        ]
        let server = try await TestServer.start()
        let epoll = try InnerEpoll()
        var ends = [Int](repeating: 0, count: 10_000)
        var cancelled: Set<Int> = []
        do {
            let client = HTTPClient(epoll: epoll)
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                var next = 0
                var open = 0
                @MainActor func go() {
                    while open < 16, next < ends.count {
                        let number = next
                        next += 1
                        let request = HTTPRequest(
                            url: "http://127.0.0.1:\(server.port)/\(faults[number % faults.count])", contentType: "", body: [1],
                            timeout: .seconds(20), stall: .seconds(20))
                        let id = client.send(request) { _ in
                            .proceed
                        } onEnd: { _ in
                            ends[number] += 1
                            open -= 1
                            go()
                            if open == 0, next == ends.count { continuation.resume() }
                        }
                        if number % 50 == 7 {
                            client.cancel(id)
                            cancelled.insert(number)
                        } else {
                            open += 1
                        }
                    }
                }
                go()
            }
        }
        // The last exchange ended on the client's own stack.
        await Task.yield()
        #expect(ends.indices.allSatisfy { ends[$0] == (cancelled.contains($0) ? 0 : 1) })
        #expect(epoll.count == 0)
        #expect(try Self.connections(to: server.port) == 0)
    }

    /// Descriptors of this process whose other end is a port of this machine.
    private static func connections(to port: Int) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.count { descriptor in
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getpeername(descriptor, $0, &size) == 0
                }
            }
            return isConnected && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }
}
