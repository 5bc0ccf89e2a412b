/// Chance that nobody foretells who has seen what came of it before: what ids are drawn from that others see. Whoever could name the next
/// ones would register them before they are used. A type of its own, so that no generator that repeats itself is taken for it.
public protocol UnpredictableGenerator: RandomNumberGenerator, Sendable {}

/// The kernel's (getrandom).
extension SystemRandomNumberGenerator: UnpredictableGenerator {}
