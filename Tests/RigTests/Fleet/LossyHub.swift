import Base
import FaultProxy
import Foundation
import JSON
import PlatformAPI
import Synchronization

/// A hub that stores records and has one fault. A thread for each connection.
final class LossyHub: Sendable {
    enum Fault: Sendable {
        case none
        /// Every third record is stored, and its connection closed without a reply.
        case losesReplies
        /// As `losesReplies`, and what comes again is stored again.
        case storesRepeats
        /// Every third record is answered and not stored.
        case forgets
        /// Every third record is answered with HTTP 503 before it is stored.
        case unavailable
    }

    private struct State {
        var records: [JSONObject] = []
        /// Where a record is.
        var known: [String: Int] = [:]
        var requests = 0
        /// Of requests, in the order of their arrival.
        var calls: [String] = []
    }

    private let fault: Fault
    private let listener: Socket
    private let state = Mutex(State())

    init(_ fault: Fault) throws {
        self.fault = fault
        listener = try Socket.listening()
        Thread.detachNewThread { [self] in
            while let client = listener.accept() {
                Thread.detachNewThread { [self] in serve(client) }
            }
        }
    }

    func stop() { listener.hangUp() }

    var url: String { "http://127.0.0.1:\(listener.port)/api" }
    var calls: [String] { state.withLock(\.calls) }

    /// As `validator-hub records --json` prints them.
    var records: [JSONValue] { state.withLock { $0.records.map { .object($0) } } }

    private func serve(_ socket: Socket) {
        var rest: [UInt8] = []
        while let request = Self.receive(from: socket, rest: &rest), let reply = reply(to: request) {
            let head = "HTTP/1.1 \(reply.status)\r\nContent-Type: application/json\r\nContent-Length: \(reply.body.count)\r\n\r\n"
            guard socket.send((Array(head.utf8) + reply.body)[...]) != nil else { return }
        }
    }

    /// Nil for a reply that gets lost.
    private func reply(to request: DeviceRequest) -> (status: String, body: [UInt8])? {
        let writer = ReplyWriter(requestID: request.requestID, timeZone: FixedZone.shanghai)
        let taken = ("200 OK", writer.verdict(.init(code: 0, message: "成功")))
        return state.withLock { state in
            state.calls.append(request.call.rawValue)
            guard request.call == .cardCheck || request.call == .cardLog else { return taken }
            state.requests += 1
            let isHit = state.requests % 3 == 0
            if isHit, fault == .unavailable {
                return ("503 Service Unavailable", writer.verdict(.init(code: 5001, message: "later")))
            }
            if !(isHit && fault == .forgets) { store(request, in: &state) }
            return isHit && (fault == .losesReplies || fault == .storesRepeats) ? nil : taken
        }
    }

    private func store(_ request: DeviceRequest, in state: inout State) {
        let key = "\(request.deviceID ?? "") \(request.call.rawValue) \(request.requestID ?? "")"
        let mode = request["check_mode"].flatMap { Int($0) }.map { JSONValue.int($0) } ?? .null
        if fault != .storesRepeats, let index = state.known[key] {
            // A check that became a booking stays one.
            if mode == 1 { state.records[index]["check_mode"] = 1 }
            return
        }
        state.known[key] = state.records.count
        state.records.append([
            "req_id": .string(request.requestID ?? ""), "call": .string(request.call.rawValue),
            "device_id": .string(request.deviceID ?? ""), "subject": .string(request["card_id"] ?? ""), "status": 0,
            "check_mode": mode,
        ])
    }

    private static func receive(from socket: Socket, rest: inout [UInt8]) -> DeviceRequest? {
        let border = Array("\r\n\r\n".utf8)
        while true {
            if let end = rest.firstRange(of: border)?.upperBound {
                let lines = String(decoding: rest[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) } ?? 0
                if rest.count >= end + length {
                    defer { rest.removeFirst(end + length) }
                    let path = lines.first?.split(separator: " ").dropFirst().first ?? ""
                    guard let call = path.split(separator: "/").last.flatMap({ PlatformCall(rawValue: String($0)) }) else {
                        return nil
                    }
                    return try? DeviceRequest(call: call, contentType: nil, body: Array(rest[end..<end + length]))
                }
            }
            guard case .bytes(let bytes) = socket.receive() else { return nil }
            rest += bytes
        }
    }
}
