import Base
import PlatformAPI

/// How a reply began that could not be used: what a technician tells a proxy's error page from a platform's by.
struct ReplyExcerpt: Sendable {
    private static let maximumBytes = 200

    private let call: PlatformCall
    private var bytes: [UInt8] = []

    init(of call: PlatformCall) { self.call = call }

    mutating func append(_ more: [UInt8]) {
        bytes += more.prefix(max(0, Self.maximumBytes - bytes.count))
    }

    /// Of what must not be in a log, nothing: a token, keys, or cards, all of which come as JSON.
    private var tellsNoSecret: Bool {
        switch call {
        case .token: false
        case .keys, .cardList, .lineCardList: bytes.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "<")
        case .heartbeat, .cardCheck, .cardLog, .ticketCheck, .ticketLog: true
        }
    }

    /// The failure with what was received; as it is where that says nothing, or too much.
    func added(to failure: ExchangeFailure) -> ExchangeFailure {
        guard failure.kind == .undecodable || failure.kind == .status, !bytes.isEmpty, tellsNoSecret else { return failure }
        var failure = failure
        failure.text += "; the reply begins \(String(decoding: bytes, as: UTF8.self).quoted)"
        return failure
    }
}
