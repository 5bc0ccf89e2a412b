import Base
import CLinux
import Glibc
import Kernel
import OperatingSystem
import PlatformAPI

/// One connection to a hub, for one exchange after the other.
@MainActor
final class FleetConnection {
    private struct Exchange {
        var deadline: Instant
        /// For how long a list may stand still, which may otherwise take as long as it does.
        var stall: Duration?
        var onEnd: (Result<FleetReply, ExchangeFailure>) -> Void
    }

    private let descriptor: FileDescriptor
    private let epoll: InnerEpoll
    /// Gets the connection when it will take no further exchange.
    private let onClose: (FleetConnection) -> Void
    private var exchange: Exchange?
    private var output: ArraySlice<UInt8> = []
    private var input = ReplyAssembly()
    private var isConnected = false
    private var awaitsRoom = true
    private(set) var isOpen = true

    init(to hub: HubAddress, epoll: InnerEpoll, onClose: @escaping (FleetConnection) -> Void) throws(SystemError) {
        let result = unsafe clinux_tcp_connect(hub.host, hub.port)
        guard result >= 0 else { throw SystemError(code: -result, what: "connect to \(hub.authority)") }
        descriptor = FileDescriptor(owning: result)
        self.epoll = epoll
        self.onClose = onClose
        try epoll.register(result, for: [.read, .write]) { [weak self] readiness in self?.act(readiness) }
    }

    isolated deinit { epoll.remove(descriptor.raw) }

    /// Whether the exchange under way has had its time.
    func isOverdue(at now: Instant) -> Bool { exchange.map { $0.deadline <= now } ?? false }

    /// Sends a request. `onEnd` is called once, perhaps before this returns.
    /// - Parameter stall: of a list, which is counted and not kept; nil for another reply.
    func send(
        _ request: [UInt8], deadline: Instant, stall: Duration?, onEnd: @escaping (Result<FleetReply, ExchangeFailure>) -> Void
    ) {
        precondition(exchange == nil && isOpen, "an exchange is under way")
        exchange = Exchange(deadline: deadline, stall: stall, onEnd: onEnd)
        input.isCountedOnly = stall != nil
        output = request[...]
        if isConnected { write() }
    }

    /// Nothing more comes of the exchange, and nothing of the connection.
    func close(_ failure: ExchangeFailure) {
        guard isOpen else { return }
        isOpen = false
        epoll.remove(descriptor.raw)
        onClose(self)
        end(.failure(failure))
    }

    private func end(_ result: Result<FleetReply, ExchangeFailure>) {
        guard let exchange else { return }
        self.exchange = nil
        exchange.onEnd(result)
    }

    private func act(_ readiness: InnerEpoll.Readiness) {
        if !isConnected {
            let code = clinux_tcp_error(descriptor.raw)
            guard code == 0 else {
                return close(ExchangeFailure(.connection, SystemError(code: code, what: "connect").description))
            }
            isConnected = readiness.contains(.write)
        }
        if readiness.contains(.write) { write() }
        if isOpen, readiness.contains(.read) || readiness.contains(.failure) { read() }
    }

    private func write() {
        while !output.isEmpty {
            switch descriptor.write(output.span) {
            case .written(let count): output = output.dropFirst(count)
            case .wouldBlock: return watchRoom(true)
            case .failed(let error): return close(ExchangeFailure(.connection, error.description))
            }
        }
        watchRoom(false)
    }

    private func watchRoom(_ isWanted: Bool) {
        guard isWanted != awaitsRoom else { return }
        awaitsRoom = isWanted
        try? epoll.modify(descriptor.raw, for: isWanted ? [.read, .write] : [.read])
    }

    private func read() {
        switch descriptor.read(atMost: 16384) {
        case .bytes(let bytes):
            input.append(bytes)
            if let stall = exchange?.stall { exchange?.deadline = Clocks.now().instant + stall }
        case .wouldBlock: return
        case .ended: return close(ExchangeFailure(.connection, "the hub has closed the connection"))
        case .failed(let error): return close(ExchangeFailure(.connection, error.description))
        }
        do throws(ReplyAssembly.Mistake) {
            guard let reply = try input.next() else { return }
            // Nobody asked for more.
            let isLast = reply.isLast || !input.isEmpty || exchange == nil
            if isLast {
                isOpen = false
                epoll.remove(descriptor.raw)
                onClose(self)
            }
            end(.success(reply))
        } catch {
            close(ExchangeFailure(.undecodable, error.text))
        }
    }
}
