import Base
import Foundation
import JSON

/// What a platform has and how it answers. Unless told otherwise it is a good one that takes everything.
struct PlatformScript: Sendable {
    struct List: Sendable {
        var version: String
        /// The value of `flag`.
        var cards: [String: Int] = [:]
    }

    /// The switches and the window, as a heartbeat's reply has them.
    var heartbeat: [String: JSONValue] = [
        "check_mode": "1", "check_card_mode": "1", "qrcode_mode": "1", "card_mode": "1", "white_mode": 1, "is_line_white": "0",
        "check_start_time_format": "", "check_end_time_format": "",
    ]
    var cards = List(version: "100", cards: [LiveBox.goodCard: 1, LiveBox.blockedCard: 0])
    /// None when its version is "0".
    var increment = List(version: "0")
    var line = List(version: "0")
    var keyVersion = 1
    /// The texts of the ticket keys.
    var keys = [1: "a84a6ce9"]
    var token = "first-token"
    /// How far its clock is ahead of this machine's, in seconds.
    var clockOffset: TimeInterval = 0

    /// Whether a call of this name is answered otherwise; nil is as usual. It may change the script.
    var overrides: [String: @Sendable (PlatformRequestRecord, inout PlatformScript) -> PlatformAnswer?] = [:]

    mutating func answer(_ request: PlatformRequestRecord) -> PlatformAnswer {
        if let override = overrides[request.call], let answer = override(request, &self) { return answer }
        switch request.call {
        case "location_report": return .json(success(heartbeatMembers))
        case "get_card_list":
            return .json(success(Self.members(request.fields["type"] == "1" ? cards : increment)))
        case "get_line_card_list": return .json(success(Self.members(line)))
        case "get_qrcode_keys":
            let list = keys.sorted { $0.key < $1.key }.map { id, text in
                JSONValue.object(["key_id": .int(id), "key": .string(text)])
            }
            return .json(success([("version_code", .int(keyVersion)), ("list", .array(list))]))
        case "get_token": return .json(["token": .string(token), "expires_in": 3600])
        case "card_check", "ticket_check": return .json(success([("sound_no", 0)]))
        default: return .json(success([]))
        }
    }

    /// The reply to a heartbeat, with some members otherwise.
    func heartbeatAnswer(_ changes: [String: JSONValue] = [:]) -> PlatformAnswer {
        var reply = success(heartbeatMembers).object ?? [:]
        for (name, value) in changes { reply[name] = value }
        return .json(.object(reply))
    }

    private var heartbeatMembers: [(String, JSONValue)] {
        heartbeat.map { ($0.key, $0.value) } + [
            ("enterprise_id", "398"), ("version_code", .int(keyVersion)),
            ("server_time", .string(PlatformTime.compact(Date(timeIntervalSinceNow: clockOffset)))),
            ("version_code_all", .string(cards.version)), ("version_code_add", .string(increment.version)),
            ("line_version_code_all", .string(line.version)),
        ]
    }

    private func success(_ members: [(String, JSONValue)]) -> JSONValue {
        let common: [(String, JSONValue)] = [("req_id", "abcd"), ("ret_code", 0), ("ret_msg", "成功")]
        return .object(JSONObject((common + members).map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    private static func members(_ list: List) -> [(String, JSONValue)] {
        let rows = list.cards.map { JSONValue.object(["card_no": .string($0.key), "flag": .int($0.value)]) }
        return [("enterprise_id", "398"), ("time", 600), ("version", .string(list.version)), ("list", .array(rows))]
    }
}

/// What a platform received.
struct PlatformRequestRecord: Sendable {
    var call: String
    /// Of its JSON body, numbers as they were written.
    var fields: [String: String]
    /// Names in lower case.
    var headers: [String: String]
    var at: Instant

    var requestID: String { fields["req_id"] ?? "" }
}

/// One HTTP reply.
struct PlatformAnswer: Sendable {
    var status = 200
    var headers = ["Content-Type": "application/json"]
    var body: [UInt8]
    /// Before its first byte.
    var delay = Duration.zero
    /// Nothing goes out before it is open.
    var gate: PlatformGate?
    /// The connection ends after so many bytes of the body, although all of it was announced.
    var cutAfter: Int?

    static func json(_ value: JSONValue) -> PlatformAnswer { PlatformAnswer(body: value.bytes) }

    static func refusal(_ code: Int, _ message: String = "no") -> PlatformAnswer {
        .json(["ret_code": .int(code), "ret_msg": .string(message)])
    }

    static func html(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> PlatformAnswer {
        PlatformAnswer(status: status, headers: headers.merging(["Content-Type": "text/html"]) { $1 }, body: Array(text.utf8))
    }

    func after(_ delay: Duration) -> PlatformAnswer {
        var answer = self
        answer.delay = delay
        return answer
    }

    func held(by gate: PlatformGate) -> PlatformAnswer {
        var answer = self
        answer.gate = gate
        return answer
    }

    func cut(after count: Int) -> PlatformAnswer {
        var answer = self
        answer.cutAfter = count
        return answer
    }

    /// As a server compresses it, but without making it any smaller: one stored block (RFC 1951, RFC 1952).
    var gzipped: PlatformAnswer {
        precondition(body.count < 65536, "one stored block holds no more")
        func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var crc = UInt32.max
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        var answer = self
        answer.headers["Content-Encoding"] = "gzip"
        let length = UInt32(body.count)
        answer.body = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + littleEndian(length, 2) + littleEndian(~length, 2)
        answer.body += body + littleEndian(~crc, 4) + littleEndian(length, 4)
        return answer
    }

    /// What goes out on the wire.
    var bytes: [UInt8] {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(status) Scripted\r\n\(lines)Content-Length: \(body.count)\r\n\r\n".utf8)
            + body.prefix(cutAfter ?? body.count)
    }
}

/// The platform's wall clock, in Shanghai.
enum PlatformTime {
    /// As `server_time` is written.
    static func compact(_ date: Date) -> String { text(date, "yyMMddHHmmss") }
    /// As requests and windows are written.
    static func datetime(_ date: Date) -> String { text(date, "yyyy-MM-dd HH:mm:ss") }

    private static func text(_ date: Date, _ format: String) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "Asia/Shanghai")
        formatter.dateFormat = format
        return formatter.string(from: date)
    }
}
