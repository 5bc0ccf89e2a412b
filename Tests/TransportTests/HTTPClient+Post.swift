import Dispatch
import PlatformAPI
import Testing

@testable import Transport

extension HTTPClient {
    struct Exchange {
        var result: Result<HTTPResponse, ExchangeFailure>
        var body: [UInt8]
        var largestPiece: Int
        /// Bytes that came while nobody else on the main queue had a turn.
        var mostInOneTurn: Int

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// One exchange from start to end.
    func post(_ request: HTTPRequest, verdict: BodyVerdict = .proceed) async -> Exchange {
        await withCheckedContinuation { continuation in
            start(request, verdict: verdict) { continuation.resume(returning: $0) }
        }
    }

    /// Equal exchanges at once, in the order in which they ended.
    func post(_ request: HTTPRequest, times count: Int) async -> [Exchange] {
        await withCheckedContinuation { continuation in
            var ended: [Exchange] = []
            for _ in 0..<count {
                start(request) {
                    ended.append($0)
                    if ended.count == count { continuation.resume(returning: ended) }
                }
            }
        }
    }

    /// An exchange of which nobody may hear the end: it is cancelled, or its client let go of.
    @discardableResult
    func sendInVain(_ request: HTTPRequest) -> HTTPExchangeID {
        send(request) { _ in
            .proceed
        } onEnd: { _ in
            Issue.record("an exchange that was given up has ended")
        }
    }

    private func start(_ request: HTTPRequest, verdict: BodyVerdict = .proceed, onEnd: @escaping (Exchange) -> Void) {
        var body: [UInt8] = []
        var largestPiece = 0
        var (thisTurn, mostInOneTurn) = (0, 0)
        send(request) { piece in
            body += piece
            largestPiece = max(largestPiece, piece.count)
            if thisTurn == 0 { DispatchQueue.main.async { thisTurn = 0 } }
            thisTurn += piece.count
            mostInOneTurn = max(mostInOneTurn, thisTurn)
            return verdict
        } onEnd: { result in
            onEnd(Exchange(result: result, body: body, largestPiece: largestPiece, mostInOneTurn: mostInOneTurn))
        }
    }
}
