import Kernel
import TestSupport
import Testing

@testable import WebSocket

/// A server that sends each message back and writes down what happens. Text that says so has it do something else.
final class ServerBench {
    let epoll: InnerEpoll
    private(set) var server: WebSocketServer?
    private(set) var opened: [ConnectionID] = []
    private(set) var closed: [ConnectionID] = []
    private(set) var troubles: [String] = []
    /// Told of each text before it is answered.
    var onText: (String) -> Void = { _ in }

    init(tls: ServerIdentity? = nil, acceptsBinary: Bool = false, _ change: (inout WebSocketLimits) -> Void = { _ in }) throws {
        SignalSource.ignoreBrokenPipes()
        var limits = WebSocketLimits()
        change(&limits)
        epoll = try InnerEpoll()
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let handlers = WebSocketServer.Handlers(
            authorise: { request in
                switch request.path {
                case "/events": .accept(nonce: request.key)
                case "/secret": .refuse(status: 401, text: "Unknown token.")
                default: .refuse(status: 404, text: "Nothing here.")
                }
            },
            onOpen: { [weak self] in self?.opened.append($0) },
            onText: { [weak self] connection, text in self?.answer(connection, text) },
            onBinary: acceptsBinary ? { [weak self] connection, bytes in self?.server?.sendBinary(bytes, to: connection) } : nil,
            onTooLarge: { [weak self] connection in self?.server?.send(Array("too large".utf8), to: connection) },
            onClose: { [weak self] in self?.closed.append($0) },
            onTrouble: { [weak self] in self?.troubles.append($0) })
        server = try WebSocketServer(listen: address, tls: tls, limits: limits, epoll: epoll, handlers: handlers)
    }

    var port: UInt16 { server?.port ?? 0 }

    func stop() {
        server?.stop()
        #expect(epoll.count == 0, "descriptors are still watched")
    }

    /// To everybody who was ever here.
    func broadcast(_ text: [UInt8]) { server?.send(text, to: opened) }

    /// Waits for what other turns of the loop bring about.
    func eventually(sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool) async throws {
        try await TestSupport.eventually("what the test waits for", sourceLocation: sourceLocation) { condition() }
    }

    private func answer(_ connection: ConnectionID, _ text: [UInt8]) {
        onText(String(decoding: text, as: UTF8.self))
        if text.elementsEqual("close 4000".utf8) {
            server?.send(Array("bye".utf8), to: connection)
            server?.close(connection, code: 4000, reason: "as you wish")
            server?.send(Array("too late".utf8), to: connection)
        } else {
            server?.send(text, to: connection)
        }
    }
}

extension UpgradeRequest {
    /// The key of a request that has one.
    var key: [UInt8] { keyReadings[0].nonce }
}
