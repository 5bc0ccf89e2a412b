import Base
import HubDomain
import HubMetrics
import PlatformAPI

extension HubMetrics {
    /// A call that was answered.
    /// - Parameter call: nil where there is none of the name, which a stranger has chosen.
    func count(_ call: PlatformCall?, _ code: ReturnCode, from arrived: Instant, to now: Instant) {
        let name = call?.rawValue ?? "unknown"
        let number = String(code.rawValue)
        requests.add(1, name, number)
        requestDuration.observe(now - arrived, name)
        guard !code.isDecision else { return }
        refused.add(1, number)
        if !code.isOfKnownDevice { unauthenticated.add() }
    }
}

extension ReturnCode {
    /// Whether the call did what it is for: a rider who may not ride was answered as well.
    var isDecision: Bool { self == .success || (3000..<4000).contains(rawValue) }

    /// Whether the sender was who he said.
    var isOfKnownDevice: Bool {
        switch self {
        case .unknownDevice, .credentialsRefused, .tokenRefused, .deviceRevoked, .callerRefused: false
        default: true
        }
    }
}

extension DeviceAnswer {
    /// `ret_code` that it is sent with.
    var returnCode: ReturnCode {
        switch self {
        case .refused(let refusal): refusal.code
        case .checked(let reason, _): ReturnCode(reason)
        // By its own code where that is a decision as ours are; the platform's other numbers are its own.
        case .relayed(let answer): ReturnCode(rawValue: answer.code).flatMap { $0.isDecision ? $0 : nil } ?? .success
        case .heartbeat, .logged, .setAside, .keys, .token, .list: .success
        }
    }

    /// Whether the sender was who he said, and is one of the operator's.
    var isOfKnownDevice: Bool {
        if case .setAside(let reason, _) = self { !reason.isOfUnknownDevice } else { returnCode.isOfKnownDevice }
    }
}

extension ListSelection {
    /// By which devices ask for it.
    var call: PlatformCall {
        switch self {
        case .cards, .cardIncrement, .enterpriseCards, .enterpriseIncrement: .cardList
        case .line, .deviceLine: .lineCardList
        }
    }

    /// Which of the lists, whatever line.
    var metricLabel: String {
        switch self {
        case .cards, .enterpriseCards: "cards"
        case .cardIncrement, .enterpriseIncrement: "increment"
        case .line, .deviceLine: "line"
        }
    }
}
