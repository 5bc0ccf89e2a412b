import Base
import Fares

/// What was decided about a rider, not yet recorded.
struct DecidedTap: Sendable {
    var presentation: Presentation
    var reason: Reason
    var mode: DecisionMode
    /// The platform's voice; 0: our own prompt.
    var soundNumber = 0
    /// The platform's `ret_msg` for the rider.
    var message = ""

    /// Another chip of the same rider may fare better: the reason lies in the card. What the platform may have booked unheard is
    /// recorded whatever lies beside it.
    var mayBeOutdone: Bool {
        guard mode != .fallback else { return false }
        switch reason {
        case .blocked, .notOnWhiteList, .notOnLineList, .unreadableCard, .refusedByPlatform: return true
        default: return false
        }
    }
}
