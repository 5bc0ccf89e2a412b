import Base
import Fares
import JSON
import PlatformAPI
import Testing

/// 2023-08-03 07:45:00 in Shanghai.
let morning = WallTime(seconds: 1_691_019_900)
let requestID = UniqueID(high: 0x0189_0a5d_ac96_774b, low: 0xbcce_b302_099a_8057)
let requestIDText = "01890a5d-ac96-774b-bcce-b302099a8057"
let bund = Position(latitude: 31.2397, longitude: 121.4998, speedKilometresPerHour: 23.46, course: 271.25)

func makeFormat(_ change: (inout WireFormat) -> Void = { _ in }) -> WireFormat {
    var format = WireFormat(baseURL: "https://platform.example/hw", deviceID: "VLD0001", softwareVersion: 10203)
    change(&format)
    return format
}

func card(_ text: String) throws -> CardNumber {
    guard let card = CardNumber(text) else { throw NotACard(text: text) }
    return card
}

struct NotACard: Error { var text: String }

extension WireFormat {
    func encode(_ content: PlatformRequest.Content) -> WireRequest {
        encode(PlatformRequest(requestID: requestID, content: content, timeout: .seconds(5)))
    }

    func decode(_ text: String, for content: PlatformRequest.Content) throws(ExchangeFailure) -> PlatformReply {
        try decode([Array(text.utf8)], for: content)
    }

    /// Why a reply cannot be used; nil when it can.
    func failure(_ text: String, for content: PlatformRequest.Content) -> String? {
        do throws(ExchangeFailure) {
            _ = try decode(text, for: content)
            return nil
        } catch {
            #expect(error.kind == .undecodable)
            return error.text
        }
    }

    /// What a heartbeat's reply says.
    func orders(_ text: String) throws -> HeartbeatOrders {
        guard case .heartbeat(let reply) = try decode(text, for: Asked.heartbeat) else { throw WrongReply() }
        return try #require(reply.orders)
    }

    func decode(_ chunks: [[UInt8]], for content: PlatformRequest.Content) throws(ExchangeFailure) -> PlatformReply {
        var decoder = ReplyDecoder(for: content, format: self)
        for chunk in chunks { try decoder.feed(chunk) }
        return try decoder.finish()
    }
}

/// What replies are decoded for.
enum Asked {
    static let heartbeat = PlatformRequest.Content.heartbeat(
        .init(time: morning, position: nil, modes: Modes(), versions: Versions()))
    static let check = PlatformRequest.Content.check(.ticket([0x31]), .online, position: nil, time: morning)
    static let log = PlatformRequest.Content.log(.ticket([0x31]), status: 0, position: nil, time: morning)
    static let fullList = PlatformRequest.Content.fullCardList(token: "t", enterpriseID: nil)
    static let lineList = PlatformRequest.Content.lineCardList(token: "t", enterpriseID: nil)
    static let keys = PlatformRequest.Content.keys(token: "t")
}

struct WrongReply: Error {}

/// One content of every call.
func everyContent() throws -> [PlatformRequest.Content] {
    [
        .heartbeat(.init(time: morning, position: bund, modes: Modes(), versions: Versions())),
        .check(.card(try card("00065537")), .offline, position: bund, time: morning),
        .check(.ticket(Array("VT1ABC".utf8)), .online, position: nil, time: morning),
        .log(.card(try card("00065537")), status: 1, position: bund, time: morning),
        .log(.ticket(Array("VT1ABC".utf8)), status: 2, position: nil, time: morning),
        .fullCardList(token: "t", enterpriseID: "398"),
        .cardIncrement(token: "t", enterpriseID: nil),
        .lineCardList(token: "t", enterpriseID: "398"),
        .keys(token: "t"),
        .token,
    ]
}

/// Everything that a reply says, for comparing.
func summary(_ reply: PlatformReply) -> String {
    switch reply {
    case .heartbeat(let heartbeat):
        return "heartbeat \(heartbeat.verdict) \(String(describing: heartbeat.orders))"
    case .check(let check): return "check \(check.verdict) \(check.soundNumber)"
    case .log(let verdict): return "log \(verdict)"
    case .list(let list):
        let counts = list.entries.map { "\($0.count) \($0.listedCount)" } ?? "nil"
        return "list \(list.verdict) \(list.version ?? "nil") \(counts) \(list.skipped)"
    case .keys(let verdict, let group, _): return "keys \(verdict) \(String(describing: group))"
    case .token(let verdict, let token): return "token \(verdict) \(String(describing: token))"
    }
}
