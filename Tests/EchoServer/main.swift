import Dispatch
import Glibc
import Kernel
import OperatingSystem
import WebSocket

// Sends every message back: what the Autobahn cases ask of a server. Prints its port, and ends with its standard input.

SignalSource.ignoreBrokenPipes()
var limits = WebSocketLimits()
// Cases 9 send messages of 16 MB.
limits.messageSize = 32 << 20
limits.queueSize = 64 << 20

final class Echo {
    private var server: WebSocketServer?
    private var input: ReadSource?

    func start(_ address: ListenAddress) throws {
        let handlers = WebSocketServer.Handlers(
            authorise: { .accept(nonce: $0.keyReadings[0].nonce) },
            onText: { [weak self] connection, text in self?.server?.send(text, to: connection) },
            onBinary: { [weak self] connection, bytes in self?.server?.sendBinary(bytes, to: connection) },
            onTrouble: { FileDescriptor.writeToStandardError("websocket-echo: \($0)\n") })
        let server = try WebSocketServer(listen: address, limits: limits, epoll: InnerEpoll(), handlers: handlers)
        self.server = server
        _ = FileDescriptor(owning: STDOUT_FILENO).write(Array("\(server.port)\n".utf8).span)
        input = ReadSource(owning: FileDescriptor(owning: STDIN_FILENO)) { [weak self] in
            guard case .wouldBlock = self?.input?.read(atMost: 64) else { exit(0) }
        }
    }
}

let echo = Echo()
guard let address = ListenAddress(CommandLine.arguments.dropFirst().first ?? "127.0.0.1:0") else {
    FileDescriptor.writeToStandardError("usage: websocket-echo [ADDRESS:PORT]\n")
    exit(2)
}
do {
    try echo.start(address)
} catch {
    FileDescriptor.writeToStandardError("websocket-echo: \(error)\n")
    exit(1)
}
dispatchMain()
