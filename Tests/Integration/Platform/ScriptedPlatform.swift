import Base
import FaultProxy
import Foundation
import JSON
import OperatingSystem
import Synchronization
import TestSupport
import Testing

/// A platform that writes down what it is asked, and answers as a test wants. HTTP/1.1, a thread for each connection.
final class ScriptedPlatform: Sendable {
    private let server: ScriptedServer

    init(_ script: PlatformScript = PlatformScript()) throws {
        let server = try ScriptedServer(script)
        self.server = server
        Thread.detachNewThread {
            while let client = server.listener.accept() {
                Thread.detachNewThread { server.serve(ScriptedConnection(client)) }
            }
        }
    }

    deinit { server.end() }

    var port: Int { server.listener.port }
    var baseURL: String { "http://127.0.0.1:\(port)/hw" }

    /// All that were ever made.
    var connectionCount: Int { server.state.withLock { $0.connectionCount } }

    /// Changes what it has and how it answers, from the next request on.
    func change(_ body: @Sendable (inout PlatformScript) -> Void) {
        server.state.withLock { body(&$0.script) }
    }

    /// Answers calls of this name otherwise until `restore`.
    func answer(_ call: String, _ answer: @escaping @Sendable (PlatformRequestRecord) -> PlatformAnswer?) {
        change { $0.overrides[call] = { request, _ in answer(request) } }
    }

    /// What a heartbeat would be answered now, with some members otherwise.
    func heartbeatAnswer(_ changes: [String: JSONValue]) -> PlatformAnswer {
        server.state.withLock { $0.script.heartbeatAnswer(changes) }
    }

    func restore(_ call: String) {
        change { $0.overrides[call] = nil }
    }

    /// What came in, in its order.
    func requests(_ calls: String...) -> [PlatformRequestRecord] {
        let all = server.state.withLock { $0.requests }
        return calls.isEmpty ? all : all.filter { calls.contains($0.call) }
    }

    /// The heartbeats that came after the `count`th, once there are `more` of them: what was set before the first is known to the box
    /// when the second comes.
    func heartbeats(_ more: Int, after count: Int? = nil) async throws -> [PlatformRequestRecord] {
        let before = count ?? requests("location_report").count
        return try await eventually("\(more) more heartbeats") {
            let heartbeats = self.requests("location_report").dropFirst(before)
            return heartbeats.count >= more ? Array(heartbeats) : nil
        }
    }
}

/// What the threads and their owner share.
private final class ScriptedServer: Sendable {
    struct State {
        var script: PlatformScript
        var requests: [PlatformRequestRecord] = []
        /// The descriptors of the connections, for the end.
        var connections: Set<Int32> = []
        var connectionCount = 0
        var isOver = false
    }

    let listener: Socket
    let state: Mutex<State>

    init(_ script: PlatformScript) throws(SystemError) {
        listener = try Socket.listening()
        state = Mutex(State(script: script))
    }

    func serve(_ connection: ScriptedConnection) {
        guard begin(connection) else { return }
        defer { state.withLock { _ = $0.connections.remove(connection.raw) } }
        while let request = connection.receive() {
            let answer = state.withLock { state in
                state.requests.append(request)
                return state.script.answer(request)
            }
            answer.gate?.pass()
            if answer.delay > .zero { Thread.sleep(forTimeInterval: Double(answer.delay.wholeMilliseconds) / 1000) }
            guard connection.send(answer.bytes), answer.cutAfter == nil else { return }
        }
    }

    private func begin(_ connection: ScriptedConnection) -> Bool {
        state.withLock { state in
            if !state.isOver { state.connections.insert(connection.raw) }
            state.connectionCount += 1
            return !state.isOver
        }
    }

    func end() {
        state.withLock { state in
            state.isOver = true
            for raw in state.connections { shutdown(raw, Int32(SHUT_RDWR)) }
        }
        listener.hangUp()
    }
}
