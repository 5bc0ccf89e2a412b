import Base
import PlatformAPI

/// Whether the platform is asked at all, for everything but riders: while it is away one request at a time finds out whether it is back, at
/// pauses that grow, and never before it said that it wants to be asked again.
struct OutageClock: Sendable {
    /// The longest pause between two attempts.
    static let longestPause = Duration.seconds(30)
    /// The longest pause that a platform may ask for (`Retry-After`).
    static let longestWish = Duration.seconds(3600)
    /// Replies in a row that are none, after which it is the platform that is in trouble, and not what is sent.
    static let unusableReplies = 8

    /// In a row.
    private(set) var failures = 0
    private var unusableInARow = 0
    private var notBefore: Instant?
    private var wish: Instant?

    /// Whether the platform is away, as far as the last requests tell.
    var isAway: Bool { failures > 0 }

    /// Whether something may be sent now; while the platform is away, with nothing else under way only.
    func mayTry(at now: Instant) -> Bool { earliest.map { $0 <= now } ?? true }

    /// When something may be sent; nil for at once.
    var earliest: Instant? {
        guard let notBefore, let wish else { return notBefore ?? wish }
        return max(notBefore, wish)
    }

    /// The platform replied, whatever it said.
    mutating func works() {
        (failures, unusableInARow, notBefore) = (0, 0, nil)
    }

    /// There was no usable reply.
    mutating func failed(_ failure: ExchangeFailure, at now: Instant, using random: inout SeededGenerator) {
        if let pause = failure.retryAfter { wish = now + min(pause, Self.longestWish) }
        if !failure.isOfPlatform {
            unusableInARow += 1
            guard unusableInARow >= Self.unusableReplies else { return }
        }
        failures += 1
        notBefore = now + Backoff.delay(afterFailures: failures, base: .seconds(1), maximum: Self.longestPause, using: &random)
    }
}

extension ExchangeFailure {
    /// Whether it is for the link, the platform or what stands before it, and not for what was sent.
    var isOfPlatform: Bool {
        isOfLink || [429, 502, 503, 504].contains(status)
    }
}
