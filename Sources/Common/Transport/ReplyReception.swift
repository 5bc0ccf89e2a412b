import Base
import PlatformAPI

/// One reply on its way from HTTP into its decoder.
@MainActor public final class ReplyReception {
    private var decoder: ReplyDecoder
    /// For a refusal that comes under an HTTP error, whose body is short. Nil where the status decides alone.
    private let errorDecoder: ReplyDecoder?
    private var failure: ExchangeFailure?

    convenience init(_ content: PlatformRequest.Content, format: WireFormat) {
        // A rider does not wait for an error to be understood, and a list's is that of its token.
        let readsErrors =
            switch content {
            case .check(_, .offline, position: _, time: _), .log, .heartbeat: true
            case .check, .fullCardList, .cardIncrement, .lineCardList, .keys, .token: false
            }
        self.init(ReplyDecoder(for: content, format: format), readsErrors: readsErrors)
    }

    /// - Parameter readsErrors: whether a reply under an HTTP error may be one all the same.
    public init(_ decoder: ReplyDecoder, readsErrors: Bool) {
        self.decoder = decoder
        errorDecoder = readsErrors ? decoder : nil
    }

    public func receive(_ bytes: [UInt8]) -> BodyVerdict {
        do throws(ExchangeFailure) {
            try decoder.feed(bytes)
            return .proceed
        } catch {
            failure = error
            return .abort
        }
    }

    /// What came of the exchange. A reply that the decoder gave up failed for its reason, not for the abort that followed.
    public func outcome(
        _ result: Result<HTTPResponse, ExchangeFailure>, of request: WireRequest
    ) -> Result<PlatformReply, ExchangeFailure> {
        if let failure { return .failure(failure) }
        do throws(ExchangeFailure) {
            let response = try result.get()
            guard !(200..<300).contains(response.status) else { return .success(try decoder.finish()) }
            if let refusal = refusal(in: response) { return .success(refusal) }
            throw Self.failure(response, call: request.url.split(separator: "/").last ?? "")
        } catch {
            return .failure(error)
        }
    }

    /// Some platforms say what they refuse by an HTTP status too. But 401 is about the box, which is not known there, and never about a
    /// record: that waits until it is.
    private func refusal(in response: HTTPResponse) -> PlatformReply? {
        guard (400..<500).contains(response.status), response.status != 401, var decoder = errorDecoder else { return nil }
        do throws(ExchangeFailure) {
            try decoder.feed(response.errorBody)
            let reply = try decoder.finish()
            return reply.verdict?.code == 0 ? nil : reply
        } catch {
            return nil
        }
    }

    private static func failure(_ response: HTTPResponse, call: Substring) -> ExchangeFailure {
        let advice =
            switch response.status {
            case 401:
                "this box is not known there: check platform.authorization_file (validatorctl enrol), platform.client_cert and platform.token"
            case 403, 407: "check platform.token, platform.client_cert and the proxy"
            case 404, 405: "check platform.base_url"
            case 429: "the platform wants fewer requests"
            case 500...: "the platform has a fault; its operator must look"
            default: "check platform.base_url and ask the platform's operator"
            }
        return ExchangeFailure(
            .status, "\(call): HTTP status \(response.status); \(advice)", status: response.status,
            retryAfter: response.retryAfter)
    }
}
