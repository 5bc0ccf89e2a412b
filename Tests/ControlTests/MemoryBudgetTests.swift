import ReadEventServing
import ReadEvents
import Testing
import WebSocket

@testable import OperatingSystem

@Suite("All that may be filled at once")
struct MemoryBudgetTests {
    /// As the daemon is without lists and clients, its database's cache filled (docs/benchmarks.md).
    private static let program = 32 << 20
    /// Of a connection's TLS session.
    private static let session = 64 << 10
    /// The system's for one connection, either way, as Linux doubles them.
    private static let socketBuffers = 4 * (64 << 10)
    /// A list in force may be a third of what lists have, when the next one is gathered to its bound before it is weighed with it.
    private static let gatheringExcess = 1.3

    @Test("fits into the unit's MemoryMax: connections, their queues and messages, and lists in force and to come")
    func fits() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let unit = String(decoding: try SmallFile.read(root + "/board/systemd/validator.service", limit: 65_536), as: UTF8.self)
        let limit = try #require(unit.firstMatch(of: /MemoryMax=([0-9]+)M/).flatMap { Int($0.1) }) << 20
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let open = ReadEventServer.Settings(address: address, tls: nil, tokensFile: nil).connections
        let limits = WebSocketLimits()
        let request = 16 << 10
        let clients =
            open * (ClientMessage.maximumBytes + Self.socketBuffers + Self.session)
            + limits.pendingHandshakes * (request + Self.socketBuffers + Self.session)
        let rest = Self.program + clients + limits.totalQueueSize
        #expect(rest <= MemoryLimit.reserve, "\(rest >> 20) MiB")
        let lists = Int(Double(MemoryLimit.forLists(limit: limit)) * Self.gatheringExcess)
        #expect(MemoryLimit.reserve + lists <= limit, "\((MemoryLimit.reserve + lists) >> 20) MiB")
    }
}
