import Base
import Kernel
import OperatingSystem
import PlatformAPI

/// The way to one hub by plain HTTP/1.1: connections that are kept, each for one exchange at a time. It takes a third of the processor
/// time that libcurl takes, which the hub beside it on the machine is measured with (docs/benchmarks.md).
@MainActor
final class FleetLine {
    private let hub: HubAddress
    private let epoll: InnerEpoll
    private var idle: [FleetConnection] = []
    private var busy: [ObjectIdentifier: FleetConnection] = [:]

    init(to hub: HubAddress, epoll: InnerEpoll) {
        self.hub = hub
        self.epoll = epoll
    }

    /// Starts an exchange. `onEnd` is called once, before this returns only when a kept connection turns out to be dead. How many run at
    /// once is the caller's to bound.
    /// - Parameter stall: for how long a list may stand still; nil for another reply.
    func send(
        _ wire: WireRequest, headers: [(name: String, value: String)], deadline: Instant, stall: Duration?,
        onEnd: @escaping (Result<FleetReply, ExchangeFailure>) -> Void
    ) {
        let connection: FleetConnection
        if let kept = idle.popLast() {
            connection = kept
        } else {
            do throws(SystemError) {
                connection = try FleetConnection(to: hub, epoll: epoll) { [weak self] in self?.forget($0) }
            } catch {
                let failure = ExchangeFailure(.connection, error.description)
                Task { onEnd(.failure(failure)) }
                return
            }
        }
        busy[ObjectIdentifier(connection)] = connection
        connection.send(bytes(of: wire, headers), deadline: deadline, stall: stall) { [weak self] result in
            self?.free(connection)
            onEnd(result)
        }
    }

    /// Ends the exchanges that have had their time, and their connections, on which an answer may still come.
    func endOverdue(at now: Instant) {
        for connection in busy.values.filter({ $0.isOverdue(at: now) }) {
            connection.close(ExchangeFailure(.timeout, "no answer in time"))
        }
    }

    private func free(_ connection: FleetConnection) {
        busy[ObjectIdentifier(connection)] = nil
        if connection.isOpen { idle.append(connection) }
    }

    private func forget(_ connection: FleetConnection) {
        busy[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
    }

    private func bytes(of wire: WireRequest, _ headers: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wire.body.count + 256)
        bytes += "POST ".utf8
        bytes += wire.url.utf8.dropFirst(hub.origin.utf8.count)
        bytes += " HTTP/1.1\r\nHost: ".utf8
        bytes += hub.authority.utf8
        bytes += "\r\nAccept: */*\r\nContent-Type: ".utf8
        bytes += wire.contentType.utf8
        for header in headers {
            bytes += "\r\n\(header.name): \(header.value)".utf8
        }
        bytes += "\r\nContent-Length: \(wire.body.count)\r\n\r\n".utf8
        bytes += wire.body
        return bytes
    }
}
