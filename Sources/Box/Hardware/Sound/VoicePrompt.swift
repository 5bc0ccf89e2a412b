import ValidatorCore

/// Our own prompts: `accepted.wav` and so on in the voice folder.
public enum VoicePrompt: String, CaseIterable, Sendable {
    case accepted
    /// The same card again, and it had been accepted.
    case repeated
    case refused
    case blocked
    /// The card is not on the list that this ride needs.
    case notListed = "not_listed"
    case functionOff = "function_off"
    case notInServiceHours = "not_in_service_hours"
    case unreadable
    /// A ticket that is not ours.
    case invalidTicket = "invalid_ticket"
    /// A code that cannot be read or that nobody vouches for: another way to pay is needed.
    case payCash = "pay_cash"
    case notYetValid = "not_yet_valid"
    /// A code that is too old: a fresh one may ride.
    case expired
    case used
    case outOfService = "out_of_service"

    /// What is said when this one's file is missing: the plain answer.
    var fallback: VoicePrompt? {
        switch self {
        case .accepted, .refused: nil
        case .repeated: .accepted
        default: .refused
        }
    }

    /// What an answer sounds like. A refused card that is shown again hears once more why.
    public init(_ answer: Answer) {
        if answer.isGreen {
            self = answer.outcome == .repeated ? .repeated : .accepted
            return
        }
        self =
            switch answer.reason {
            case .ok, .refusedByPlatform: .refused
            case .blocked: .blocked
            case .notOnWhiteList, .notOnLineList: .notListed
            case .functionOff: .functionOff
            case .notInServiceHours: .notInServiceHours
            case .unreadableCard: .unreadable
            case .malformedTicket, .noRootKey, .certificateExpired, .issuerNotAccepted, .amountExceeded, .platformUnreachable:
                .payCash
            case .unknownKey, .forgedTicket: .invalidTicket
            case .ticketNotYetValid: .notYetValid
            case .ticketExpired, .authorisationExpired: .expired
            case .ticketUsed: .used
            case .outOfService: .outOfService
            }
    }
}
