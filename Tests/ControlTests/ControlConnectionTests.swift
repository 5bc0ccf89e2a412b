import Base
import ControlProtocol
import Dispatch
import Glibc
import JSON
import Kernel
import TestSupport
import Testing

@testable import validatorctl
@testable import validatord

@Suite("validatorctl and validatord, over a real socket", .timeLimit(.minutes(5)))
struct ControlConnectionTests {
    private let folder: TemporaryFolder
    private let path: String
    private let commands = StubCommands()
    private let server: ControlServer

    init() throws {
        SignalSource.ignoreBrokenPipes()
        folder = TemporaryFolder()
        path = "\(folder.path)/control.sock"
        let commands = commands
        server = try ControlServer(
            path: path, epoll: InnerEpoll(),
            onEnd: { peer in for line in peer.collectionTrail() { commands.audit(line) } },
            respond: { ControlDispatcher.reply(to: $0, of: $1, from: commands) })
    }

    @Test("several requests over one connection")
    func requests() async throws {
        let path = path
        let results = try await SocketClient.run {
            var connection = try ControlConnection(socket: path, timeoutSeconds: 60)
            return (try connection.ask(.gps), try connection.request(.set(key: "log.level", value: "error")))
        }
        #expect(results.0 == StatusReport.GPS(commands.status().gps.json) && results.1 == [:])
        #expect(commands.settings == [.logLevel(.error)])
        server.stop()
    }

    @Test("what the daemon refuses is told in its words")
    func refused() async throws {
        let path = path
        let failures = try await SocketClient.run {
            var connection = try ControlConnection(socket: path, timeoutSeconds: 60)
            return [
                #expect(throws: ControlFailure.self) { try connection.ask(.set(key: "device.id", value: "x")) },
                #expect(throws: ControlFailure.self) { try connection.ask(.taps(LatestRange(limit: 0))) },
            ]
        }
        #expect(failures.map { $0?.exitCode } == [1, 64])
        server.stop()
    }

    @Test("the log tells who took what, once for each export and collection")
    func trail() async throws {
        let path = path
        let id = UniqueID(high: 1, low: 2)
        try await SocketClient.run {
            var connection = try ControlConnection(socket: path, timeoutSeconds: 60)
            for row in 0..<3 { _ = try connection.ask(.storedRecords(RecordRange(.taps, after: Int64(row)))) }
            for row in 1...3 { _ = try connection.ask(.markCollected(.taps, [RecordReference(row: Int64(row), id: id)])) }
            _ = try connection.ask(.set(key: "log.level", value: "debug"))
            _ = try? connection.ask(.set(key: "log.level", value: "loud outcome=accepted"))
            _ = try connection.ask(.markCollected(.taps, [RecordReference(row: 4, id: id)]))
            _ = try connection.ask(.status)
            _ = try connection.ask(.markCollected(.taps, [RecordReference(row: 5, id: id)]))
        }
        // The server has seen the end once it has answered somebody later.
        try await SocketClient.run {
            var connection = try ControlConnection(socket: path, timeoutSeconds: 60)
            _ = try connection.ask(.gps)
            _ = try connection.ask(.gps)
        }
        let who = "uid=\(getuid()) pid=\(getpid()) command="
        let lines = commands.notices.map(\.text)
        #expect(lines.allSatisfy { $0.contains(" by \(who)") }, "\(lines)")
        #expect(
            lines.map { $0.split(separator: " by ")[0] } == [
                "audit export of=outbox_export kind=taps", "audit collection uploads=3", "audit set key=log.level value=debug",
                #"audit set key=log.level value="loud outcome=accepted""#, "audit collection uploads=1",
                "audit collection uploads=1",
            ])
        #expect(lines[3].contains(" refused=\""))
        server.stop()
    }

    @Test("a daemon that is not there, and one that goes away")
    func gone() async throws {
        let (path, folder, server) = (path, folder.path, server)
        let absent = await #expect(throws: ControlFailure.self) {
            try await SocketClient.run { _ = try ControlConnection(socket: "\(folder)/none") }
        }
        #expect(absent == .unreachable(socket: "\(folder)/none", reason: "No such file or directory"))
        let left = try await SocketClient.run {
            var connection = try ControlConnection(socket: path, timeoutSeconds: 60)
            _ = try connection.ask(.gps)
            DispatchQueue.main.sync { MainActor.assumeIsolated { server.stop() } }
            return #expect(throws: ControlFailure.self) { try connection.ask(.gps) }
        }
        #expect(left?.exitCode == 69)
    }
}
