import ValidatorCore

/// What lights and buzzer tell a rider.
public enum IndicatorSignal: CaseIterable, Sendable {
    case accepted
    /// The same card again, and it had been accepted.
    case repeated
    case refused
    case outOfService

    public var isGreen: Bool {
        switch self {
        case .accepted, .repeated: true
        case .refused, .outOfService: false
        }
    }

    /// The buzzer's part, so that who cannot see the light knows the answer; no two are alike.
    var tones: SignalPattern {
        switch self {
        case .accepted: SignalPattern(.milliseconds(100))
        case .repeated: SignalPattern(.milliseconds(100), .milliseconds(100), .milliseconds(100))
        case .refused: SignalPattern(.milliseconds(600))
        case .outOfService:
            SignalPattern(
                .milliseconds(200), .milliseconds(100), .milliseconds(200), .milliseconds(100), .milliseconds(200))
        }
    }

    /// What an answer looks and sounds like.
    public init(_ answer: Answer) {
        self =
            if answer.isGreen {
                answer.outcome == .repeated ? .repeated : .accepted
            } else {
                answer.reason == .outOfService ? .outOfService : .refused
            }
    }
}
