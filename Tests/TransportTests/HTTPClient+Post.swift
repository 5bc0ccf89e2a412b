import ValidatorCore

@testable import Transport

extension HTTPClient {
    struct Exchange {
        var result: Result<HTTPResponse, ExchangeFailure>
        var body: [UInt8]
        var largestPiece: Int
    }

    /// One exchange from start to end.
    func post(_ request: HTTPRequest, verdict: BodyVerdict = .proceed) async -> Exchange {
        await withCheckedContinuation { continuation in
            var body: [UInt8] = []
            var largestPiece = 0
            send(request) { piece in
                body += piece
                largestPiece = max(largestPiece, piece.count)
                return verdict
            } onEnd: { result in
                continuation.resume(returning: Exchange(result: result, body: body, largestPiece: largestPiece))
            }
        }
    }
}
