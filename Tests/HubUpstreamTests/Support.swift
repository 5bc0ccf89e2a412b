import Base
import HubDomain
import HubServices
import PlatformAPI

@testable import HubUpstream

/// 2023-08-03 07:45:00 in Shanghai.
let morning = WallTime(seconds: 1_691_019_900)

func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

/// So long after the test began, by both clocks.
func moment(_ seconds: Double) -> Moment {
    Moment(instant: instant(1000 + seconds), system: morning + .milliseconds(Int64(seconds * 1000)))
}

func key(_ device: String, _ request: String, _ call: PlatformCall = .cardCheck) -> ForwardKey {
    ForwardKey(deviceID: device, call: call, requestID: request)
}

func call(_ device: String, _ request: String, _ call: PlatformCall = .heartbeat) -> ForwardedCall {
    ForwardedCall(key(device, request, call), fields: Array("{}".utf8))
}

/// A call that waits, taken `age` seconds before the test began.
func forward(
    _ id: Int64, _ device: String, _ call: PlatformCall = .cardCheck, age: Int64 = 0, isBacklog: Bool = false
) -> Forward {
    var forward = Forward(
        key(device, "r\(id)", call), fields: Array("{}".utf8), received: morning - .seconds(age), isBacklog: isBacklog)
    forward.id = id
    return forward
}

extension PlatformAnswer {
    init(_ code: Int, _ message: String = "") { self.init(code: code, message: message, received: morning) }
}

extension ExchangeFailure {
    static let refusedConnection = ExchangeFailure(.connection, "connection refused")
    static var lostReply: ExchangeFailure {
        var failure = ExchangeFailure(.timeout, "no reply")
        failure.mayHaveArrived = true
        return failure
    }
    static let page = ExchangeFailure(.undecodable, "a page")
    static func status(_ status: Int, retryAfter: Duration? = nil) -> ExchangeFailure {
        ExchangeFailure(.status, "HTTP \(status)", status: status, retryAfter: retryAfter)
    }
}
