import Base
import PlatformAPI

/// One reply on its way from HTTP into its decoder.
final class ReplyReception {
    private var decoder: ReplyDecoder
    private var failure: ExchangeFailure?

    init(_ decoder: ReplyDecoder) {
        self.decoder = decoder
    }

    func receive(_ bytes: [UInt8]) -> BodyVerdict {
        do throws(ExchangeFailure) {
            try decoder.feed(bytes)
            return .proceed
        } catch {
            failure = error
            return .abort
        }
    }

    /// What came of the exchange. A reply that the decoder gave up failed for its reason, not for the abort that followed.
    func outcome(
        _ result: Result<HTTPResponse, ExchangeFailure>, of request: WireRequest
    ) -> Result<PlatformReply, ExchangeFailure> {
        if let failure { return .failure(failure) }
        do throws(ExchangeFailure) {
            let status = try result.get().status
            guard status == 200 else { throw Self.statusFailure(status, call: request.url.split(separator: "/").last ?? "") }
            return .success(try decoder.finish())
        } catch {
            return .failure(error)
        }
    }

    private static func statusFailure(_ status: Int, call: Substring) -> ExchangeFailure {
        let advice =
            switch status {
            case 401, 403, 407: "check platform.token, platform.client_cert and the proxy"
            case 404, 405: "check platform.base_url"
            case 500...: "the platform has a fault; its operator must look"
            default: "check platform.base_url and ask the platform's operator"
            }
        return ExchangeFailure(.status, "\(call): HTTP status \(status); \(advice)")
    }
}
