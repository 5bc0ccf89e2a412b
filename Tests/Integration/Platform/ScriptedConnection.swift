import FaultProxy
import Foundation
import JSON
import OperatingSystem

/// One client's connection to a scripted platform: its requests, one after the other. Used by one thread.
final class ScriptedConnection: Sendable {
    private let socket: Socket

    init(_ socket: Socket) {
        self.socket = socket
    }

    var raw: Int32 { socket.raw }

    /// The next request; nil when the client has gone or speaks no HTTP with a JSON object in it.
    func receive() -> PlatformRequestRecord? {
        var text: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        var head: Range<Int>?
        while head == nil {
            guard more(&text) else { return nil }
            head = text.firstRange(of: end)
        }
        guard let head else { return nil }
        let lines = String(decoding: text[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while text.count < head.upperBound + length {
            guard more(&text) else { return nil }
        }
        guard let path = lines.first?.split(separator: " ").dropFirst().first, let call = path.split(separator: "/").last,
            let body = try? JSONValue(parsing: Array(text[head.upperBound...])).object
        else { return nil }
        var fields: [String: String] = [:]
        for member in body.members { fields[member.key] = member.value.string ?? member.value.text }
        return PlatformRequestRecord(call: String(call), fields: fields, headers: headers, at: Clocks.now().instant)
    }

    /// False when the client has gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let count = socket.send(rest) else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func more(_ text: inout [UInt8]) -> Bool {
        guard case .bytes(let bytes) = socket.receive() else { return false }
        text += bytes
        return true
    }
}
