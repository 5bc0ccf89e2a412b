/// Exponential backoff with full jitter: anything from nothing to the bound, before the first retry too,
/// so that a fleet that lost its platform together does not return together.
public struct Backoff {
    public static func delay(
        afterFailures failures: Int, base: Duration, maximum: Duration, using random: inout SeededGenerator
    ) -> Duration {
        let doubled = base * Double(1 << min(max(failures - 1, 0), 20))
        return .nanoseconds(Int64.random(in: 0...max(1, min(doubled, maximum).wholeNanoseconds), using: &random))
    }
}
