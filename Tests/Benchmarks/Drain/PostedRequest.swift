import FaultProxy
import PlatformAPI

/// A POST as it came in over one connection.
struct PostedRequest: Sendable {
    /// The last part of the path.
    var call: String
    var body: [UInt8]

    /// `card_id`; nil when there is none.
    var card: String? {
        guard let call = PlatformCall(rawValue: call) else { return nil }
        return (try? DeviceRequest(call: call, contentType: nil, body: body))?["card_id"]
    }

    /// The next one; nil when the client has gone. `rest` is what has been read beyond it.
    static func receive(from socket: Socket, rest: inout [UInt8]) -> PostedRequest? {
        var head: Int?
        while true {
            head = head ?? endOfHead(rest)
            if let head {
                let lines = String(decoding: rest[..<head], as: UTF8.self).split(separator: "\r\n")
                let length =
                    lines.lazy.filter { $0.lowercased().hasPrefix("content-length:") }
                    .compactMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }.first ?? 0
                if rest.count >= head + length {
                    defer { rest.removeFirst(head + length) }
                    let path = lines.first?.split(separator: " ").dropFirst().first ?? ""
                    return PostedRequest(
                        call: path.split(separator: "/").last.map { String($0) } ?? "", body: Array(rest[head..<head + length]))
                }
            }
            guard case .bytes(let bytes) = socket.receive() else { return nil }
            rest += bytes
        }
    }

    /// Behind the empty line.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { bytes[$0 - 1] == 10 && bytes[$0 - 2] == 13 && bytes[$0 - 3] == 10 }
    }
}
