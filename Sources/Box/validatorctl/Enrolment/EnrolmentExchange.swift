import Kernel
import OperatingSystem
import PlatformAPI
import Transport

/// The one exchange of an enrolment, on the main queue.
@MainActor final class EnrolmentExchange {
    private static let timeout = Duration.seconds(20)
    private static let stall = Duration.seconds(10)

    private let epoll: InnerEpoll

    init() throws(SystemError) {
        epoll = try InnerEpoll()
    }

    /// - Parameter onEnd: is called once, never before this returns.
    func post(
        _ body: [UInt8], to url: String, tls: TLSFiles, deviceID: String,
        onEnd: @escaping (Result<EnrolmentReply, ControlFailure>) -> Void
    ) {
        let http = HTTPClient(tls: tls, epoll: epoll)
        let request = HTTPRequest(
            url: url, contentType: "application/json", body: body, timeout: Self.timeout, stall: Self.stall,
            total: Self.timeout + Self.stall)
        var reply: [UInt8] = []
        http.send(request) { piece in
            reply += piece
            return reply.count > EnrolmentReply.maximumBytes ? .abort : .proceed
        } onEnd: { result in
            onEnd(withExtendedLifetime(http) { Self.outcome(result, reply, deviceID: deviceID) })
        }
    }

    private static func outcome(
        _ result: Result<HTTPResponse, ExchangeFailure>, _ body: [UInt8], deviceID: String
    ) -> Result<EnrolmentReply, ControlFailure> {
        Result { () throws(ControlFailure) in
            let response: HTTPResponse
            do throws(ExchangeFailure) {
                response = try result.get()
            } catch {
                // There is no platform yet, but the address that somebody has typed.
                let text = error.text.replacing("platform.base_url", with: "the URL")
                throw .hubUnreachable("the hub is not reached: \(text); nothing was changed")
            }
            let isSuccess = (200..<300).contains(response.status)
            return try EnrolmentReply(
                status: response.status, body: isSuccess ? body : response.errorBody, retryAfter: response.retryAfter,
                deviceID: deviceID)
        }
    }
}
