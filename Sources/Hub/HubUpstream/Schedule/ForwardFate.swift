import HubDomain

/// What becomes of a call that was sent to the platform.
enum ForwardFate: Hashable, Sendable {
    case delivered
    /// It goes once more, for what became of it was nobody's refusal.
    case again
    /// The platform refused it, and is asked again.
    case refusedOnce
    /// It is put aside for an operator.
    case refused
}
