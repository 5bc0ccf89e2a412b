import Base
import Cryptography

/// Lets in whoever knows the PIN. After each wrong one the next must wait, longer every time.
struct PINGate: Sendable {
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(60)

    private let pin: StoredPIN
    private var pause = firstPause
    private var blockedUntil: Instant?

    init(_ pin: StoredPIN) {
        self.pin = pin
    }

    /// How long nothing that is entered counts; nil when it does.
    func wait(at now: Instant) -> Duration? {
        guard let blockedUntil, blockedUntil > now else { return nil }
        return blockedUntil - now
    }

    /// Whether `entry` opens. While there is a wait nothing does, and nothing is compared.
    mutating func tries(_ entry: String, at now: Instant) -> Bool {
        guard wait(at: now) == nil else { return false }
        guard !pin.matches(entry) else {
            pause = Self.firstPause
            return true
        }
        blockedUntil = now + pause
        pause = min(pause * 2, Self.longestPause)
        return false
    }
}
