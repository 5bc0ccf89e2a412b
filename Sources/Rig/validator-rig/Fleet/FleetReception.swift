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
        return isList ? Reply(code: try listCode(), content: nil) : try decoded()
    }

    struct Reply {
        /// `ret_code`
        var code: Int
        /// Nil of a list.
        var content: PlatformReply?
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
        let text = String(decoding: listHead, as: UTF8.self)
        guard let name = text.firstRange(of: "\"ret_code\""),
            let code = Int(text[name.upperBound...].drop { $0 != "-" && !$0.isNumber }.prefix { $0 == "-" || $0.isNumber })
        else { throw ExchangeFailure(.undecodable, "a list without ret_code") }
        return code
    }
}
