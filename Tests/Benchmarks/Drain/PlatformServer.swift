import Base
import Fares
import FaultProxy
import Foundation
import OperatingSystem
import PlatformAPI
import Synchronization

/// A platform that takes every record, at once or after a set time, and notes when each came. HTTP/1.1, a thread for each
/// connection, so that a delay of one delays no other.
final class PlatformServer: Sendable {
    struct Arrival: Sendable {
        var request: PostedRequest
        var at: Instant
    }

    /// What becomes of requests.
    enum Condition {
        case working
        /// Each is taken and not answered; when this ends, its connection is closed.
        case silent
        /// Each connection is closed at its first request.
        case closing
    }

    private struct State {
        var condition = Condition.working
        var versions = Versions()
        var delay = Duration.zero
        var arrivals: [Arrival] = []
        /// What the box said that it holds.
        var heldVersion: String?
        var lists = 0
    }

    private let listener: Socket
    private let list: CardListText?
    private let state = Mutex(State())
    private let replies = ReplyWriter(requestID: "abcd", timeZone: FixedZone.shanghai)

    init(list: CardListText? = nil) throws {
        listener = try Socket.listening()
        self.list = list
        name(version: Stage.version)
        state.withLock { $0.versions.keys = Stage.version }
        Thread.detachNewThread { [self] in
            while let client = listener.accept() {
                Thread.detachNewThread { [self] in serve(client) }
            }
        }
    }

    /// No more connections; those that there are last until the box goes.
    func stop() { listener.hangUp() }

    var url: String { "http://127.0.0.1:\(listener.port)/hw" }

    /// The version of the card list that heartbeats name from now on.
    func name(version: String) { state.withLock { $0.versions.cards = version } }

    /// What every reply to a record waits from now on, in place of a mobile network's round trip.
    func delay(_ delay: Duration) { state.withLock { $0.delay = delay } }

    func set(_ condition: Condition) { state.withLock { $0.condition = condition } }

    /// The uploads so far: bookings and logs, and late positions, which look like heartbeats.
    var arrivals: [Arrival] { state.withLock { $0.arrivals } }
    var arrivalCount: Int { state.withLock { $0.arrivals.count } }
    func forgetArrivals() { state.withLock { $0.arrivals = [] } }
    var listCount: Int { state.withLock { $0.lists } }
    var heldVersion: String? { state.withLock { $0.heldVersion } }

    private func serve(_ socket: Socket) {
        var rest: [UInt8] = []
        while let request = PostedRequest.receive(from: socket, rest: &rest) {
            guard works() else { return }
            let body = reply(to: request)
            let length = body.reduce(0) { $0 + $1.count }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
            var pieces = [Array(head.utf8)] + body
            // In one packet, if it is short.
            if length < 1000 { pieces = [Array(pieces.joined())] }
            for piece in pieces {
                guard send(piece[...], to: socket) else { return }
            }
        }
    }

    /// False, once its silence is over, when it does not.
    private func works() -> Bool {
        var condition = state.withLock(\.condition)
        guard condition != .working else { return true }
        while condition == .silent {
            usleep(20_000)
            condition = state.withLock(\.condition)
        }
        return false
    }

    private func send(_ bytes: ArraySlice<UInt8>, to socket: Socket) -> Bool {
        var bytes = bytes
        while !bytes.isEmpty {
            guard let count = socket.send(bytes) else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private func reply(to request: PostedRequest) -> [[UInt8]] {
        let now = Clocks.now()
        switch PlatformCall(rawValue: request.call) {
        case .heartbeat: return [heartbeat(request, at: now)]
        case .cardCheck, .ticketCheck:
            note(request, at: now.instant)
            return [replies.check(.init(verdict: .init(code: 0, message: "成功"), soundNumber: 0))]
        case .cardLog, .ticketLog:
            note(request, at: now.instant)
            return [replies.verdict(.init(code: 0, message: "成功"))]
        case .cardList:
            let version = state.withLock { state in
                state.lists += 1
                return state.versions.cards
            }
            return list?.reply(version: version) ?? [replies.verdict(.init(code: 1, message: "no list"))]
        case .token: return [replies.token(.init(text: "token", expiresInSeconds: 3600))]
        case .lineCardList, .keys, nil: return [replies.verdict(.init(code: 1, message: "none"))]
        }
    }

    private func note(_ request: PostedRequest, at now: Instant) {
        let delay = state.withLock { state in
            state.arrivals.append(Arrival(request: request, at: now))
            return state.delay
        }
        if delay > .zero { usleep(UInt32(delay.wholeMicroseconds)) }
    }

    private func heartbeat(_ request: PostedRequest, at now: Moment) -> [UInt8] {
        let read = try? DeviceRequest(call: .heartbeat, contentType: nil, body: request.body).content(
            timeZone: FixedZone.shanghai)
        if case .heartbeat(let heartbeat) = read {
            state.withLock { $0.heldVersion = heartbeat.versions.cards }
            // Without gpsd only what was in the outbox at the start has a position.
            if heartbeat.position != nil { note(request, at: now.instant) }
        }
        let versions = state.withLock { $0.versions }
        return replies.heartbeat(
            .init(enterpriseID: "398", serverTime: now.system, modes: Modes(), versions: versions, window: nil))
    }
}
