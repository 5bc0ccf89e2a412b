import Base
import Fares
import PlatformAPI

extension FuzzTarget {
    /// A platform's reply to each of the calls: its meaning does not depend on how it arrives, its messages are short, and
    /// our own platform side says the same again, and says it plainly.
    static let platformReply = FuzzTarget(name: "platform-reply") { input in
        for content in everyCall {
            let results = input.arrivals.map { decode($0, content) }
            for result in results {
                try require(
                    result.text == results[0].text, "\(result.text) came of a body cut up, \(results[0].text) of a whole one")
            }
            switch results[0] {
            case .failure(let failure):
                try require(failure.text.utf8.count <= 1000, "a message of \(failure.text.utf8.count) bytes")
            case .success(let reply):
                guard let written = write(reply) else { continue }
                let plain = Result<PlatformReply, ExchangeFailure>.success(withoutOddities(reply))
                let again = decode([written], content)
                try require(again.text == plain.text, "\(plain.text) is read back as \(again.text)")
            }
        }
    }

    private static let zone = FixedZone.shanghai

    private static let everyCall: [PlatformRequest.Content] = [
        .heartbeat(.init(time: WallTime(seconds: 0), position: nil, modes: Modes(), versions: Versions())),
        .check(.ticket([]), .online, position: nil, time: WallTime(seconds: 0)),
        .log(.ticket([]), status: 0, position: nil, time: WallTime(seconds: 0)),
        .fullCardList(token: "", enterpriseID: nil), .lineCardList(token: "", enterpriseID: nil), .keys(token: ""), .token,
    ]

    private static func decode(_ chunks: [[UInt8]], _ content: PlatformRequest.Content) -> Result<PlatformReply, ExchangeFailure>
    {
        var decoder = ReplyDecoder(for: content, format: WireFormat(baseURL: "http://-", deviceID: "-", softwareVersion: 1))
        do throws(ExchangeFailure) {
            for chunk in chunks { try decoder.feed(chunk) }
            return .success(try decoder.finish())
        } catch {
            return .failure(error)
        }
    }

    /// What the box took from it, without how oddly it was said.
    private static func withoutOddities(_ reply: PlatformReply) -> PlatformReply {
        guard case .heartbeat(var heartbeat) = reply else { return reply }
        heartbeat.orders?.oddities = []
        return .heartbeat(heartbeat)
    }

    /// Nil when the platform left something out, or said it in a way that the hub has none for.
    private static func content(_ orders: HeartbeatOrders) -> PlatformReply.HeartbeatReply.Content? {
        guard let ticketCheck = orders.ticketCheck, let cardCheck = orders.cardCheck, let tickets = orders.ticketsEnabled,
            let cards = orders.cardsEnabled, let white = orders.whiteListRequired, let line = orders.lineListRequired,
            let cardVersion = orders.versions.cards, let increment = orders.versions.cardIncrement,
            let lineVersion = orders.versions.lineCards, let keyVersion = orders.versions.keys, let hours = orders.hours
        else { return nil }
        var modes = Modes()
        (modes.ticketCheck, modes.cardCheck, modes.ticketsEnabled) = (ticketCheck, cardCheck, tickets)
        (modes.cardsEnabled, modes.whiteListRequired, modes.lineListRequired) = (cards, white, line)
        var versions = Versions()
        (versions.cards, versions.cardIncrement) = (cardVersion, increment)
        (versions.lineCards, versions.keys) = (lineVersion, keyVersion)
        let window: (start: WallTime, end: WallTime)? = if case .from(let start, let end) = hours { (start, end) } else { nil }
        // It writes whole seconds, and two digits of the server's year.
        let times = [orders.serverTime, window?.start, window?.end].compactMap { $0 }
        guard times.allSatisfy({ (2000...2099).contains(zone.civil($0).year) && $0.milliseconds % 1000 == 0 }) else { return nil }
        return .init(
            enterpriseID: orders.enterpriseID, serverTime: orders.serverTime, modes: modes, versions: versions, window: window)
    }

    /// The reply as the hub would send it; nil when it cannot say it.
    private static func write(_ reply: PlatformReply) -> [UInt8]? {
        let writer = ReplyWriter(requestID: nil, timeZone: zone)
        switch reply {
        case .heartbeat(let heartbeat):
            guard let orders = heartbeat.orders else { return writer.verdict(heartbeat.verdict) }
            return content(orders).map { writer.heartbeat($0, message: heartbeat.verdict.message) }
        case .check(let check): return writer.check(check)
        case .log(let verdict), .keys(let verdict, nil, _), .token(let verdict, nil): return writer.verdict(verdict)
        case .keys(let verdict, let group?, let leftOut):
            return leftOut == nil ? writer.keys(group, message: verdict.message) : nil
        case .token(let verdict, let token?):
            return token.oddLifetime == nil ? writer.token(token, message: verdict.message) : nil
        case .list(let list):
            guard let entries = list.entries?.entries, list.skipped == 0 else { return nil }
            var writer = ListReplyWriter(
                requestID: nil, enterpriseID: "1", version: list.version ?? "", preparationMilliseconds: 0,
                message: list.verdict.message)
            for entry in entries { writer.append(entry) }
            return writer.finish()
        }
    }
}

extension Result where Success == PlatformReply, Failure == ExchangeFailure {
    /// All that it says, to be compared.
    fileprivate var text: String {
        switch self {
        case .failure(let failure):
            // What is no JSON is quoted as far as it was read.
            failure.text.contains("is not JSON") ? "not JSON" : failure.text
        case .success(.list(let list)):
            "\(list.verdict) \(list.version ?? "-") \(list.skipped) \(list.entries?.listedCount ?? -1) \(list.entries?.entries ?? [])"
        case .success(let reply): "\(reply)"
        }
    }
}
