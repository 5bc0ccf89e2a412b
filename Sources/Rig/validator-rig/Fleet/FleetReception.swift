import PlatformAPI
import Transport

/// A reply on its way. A list's is counted and not kept: what a fleet makes of its lists is not its hub's concern.
@MainActor
final class FleetReception {
    private static let keptListBytes = 4096

    private let isList: Bool
    private var decoder: ReplyDecoder?
    private var failure: ExchangeFailure?
    private var listHead: [UInt8] = []
    private(set) var byteCount = 0

    /// - Parameter decoder: of the call's reply, unused.
    init(isList: Bool, decoder: ReplyDecoder) {
        self.isList = isList
        self.decoder = isList ? nil : decoder
    }

    func receive(_ bytes: [UInt8]) -> BodyVerdict {
        byteCount += bytes.count
        if isList {
            if listHead.count < Self.keptListBytes { listHead += bytes.prefix(Self.keptListBytes - listHead.count) }
            return .proceed
        }
        do throws(ExchangeFailure) {
            try decoder?.feed(bytes)
            return .proceed
        } catch {
            failure = error
            return .abort
        }
    }

    /// A list that was counted on its way.
    func receive(listOf reply: FleetReply) {
        listHead = reply.body
        byteCount = reply.byteCount
    }

    /// The version that a list came with, which stands before the rows; nil without.
    var listVersion: String? {
        guard let name = Self.text(listHead).firstRange(of: "\"version\"") else { return nil }
        let value = Self.text(listHead)[name.upperBound...].drop { $0 == ":" || $0 == " " || $0 == "\"" }
        return String(value.prefix { $0.isLetter || $0.isNumber })
    }

    /// Ours is compressed only behind its head (docs/hub.md).
    private static func text(_ head: [UInt8]) -> String { String(decoding: head, as: UTF8.self) }

    /// The reply that the box can go by.
    func reply(_ result: Result<FleetReply, ExchangeFailure>) throws(ExchangeFailure) -> Reply {
        if let failure { throw failure }
        let response = try result.get()
        guard (200..<300).contains(response.status) else {
            // A refusal may come under an HTTP status too.
            let isRefusal = (400..<500).contains(response.status) && response.status != 429
            if isRefusal { _ = receive(response.body) }
            guard isRefusal, !isList, let reply = try? decoded(), reply.code != 0 else {
                throw ExchangeFailure(
                    .status, "HTTP status \(response.status)", status: response.status, retryAfter: response.retryAfter)
            }
            return reply
        }
        return isList ? Reply(code: try listCode(), content: nil, listVersion: listVersion) : try decoded()
    }

    struct Reply {
        /// `ret_code`
        var code: Int
        /// Nil of a list.
        var content: PlatformReply?
        /// That a list came with.
        var listVersion: String?
    }

    private func decoded() throws(ExchangeFailure) -> Reply {
        guard let content = try decoder?.finish() else { throw ExchangeFailure(.undecodable, "no reply") }
        switch content {
        case .token(let verdict, _): return Reply(code: verdict.code, content: content)
        default:
            guard let verdict = content.verdict else { throw ExchangeFailure(.undecodable, "another call's reply") }
            return Reply(code: verdict.code, content: content)
        }
    }

    /// The digits behind the member's name, which stands before the rows.
    private func listCode() throws(ExchangeFailure) -> Int {
        let text = Self.text(listHead)
        guard let name = text.firstRange(of: "\"ret_code\""),
            let code = Int(text[name.upperBound...].drop { $0 != "-" && !$0.isNumber }.prefix { $0 == "-" || $0.isNumber })
        else { throw ExchangeFailure(.undecodable, "a list without ret_code") }
        return code
    }
}
