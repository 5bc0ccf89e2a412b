import Base
import Cryptography

/// Lets in whoever knows the PIN. After each wrong one the next must wait, longer every time, whoever restarts the console or the box
/// in between: the count is kept before a PIN is compared.
struct PINGate: Sendable {
    static let firstPause = Duration.seconds(1)
    /// 288 attempts a day: all PINs of four digits take a month.
    static let longestPause = Duration.seconds(300)

    private let pin: StoredPIN
    private let counter: PINFailures
    /// Wrong ones in a row.
    private(set) var failures: Int
    private var blockedUntil: Instant?

    /// A console that starts after failures waits before the first PIN: as long as after the last of them.
    init(_ pin: StoredPIN, counter: PINFailures = PINFailures(path: nil), at now: Instant) {
        self.pin = pin
        self.counter = counter
        failures = counter.read()
        if failures > 0 { blockedUntil = now + Self.pause(after: failures) }
    }

    /// How long nothing that is entered counts; nil when it does.
    func wait(at now: Instant) -> Duration? {
        guard let blockedUntil, blockedUntil > now else { return nil }
        return blockedUntil - now
    }

    /// Waits with the box's other consoles: what was counted there since the last look is this one's too.
    mutating func joinOthers(at now: Instant) {
        let counted = counter.read()
        guard counted > failures else { return }
        failures = counted
        blockedUntil = now + Self.pause(after: counted)
    }

    /// Whether `entry` opens. While there is a wait nothing does, and nothing is compared.
    mutating func tries(_ entry: String, at now: Instant) -> Bool {
        let lock = counter.lock()
        defer { counter.unlock(lock) }
        joinOthers(at: now)
        guard wait(at: now) == nil else { return false }
        failures = min(failures, PINFailures.maximum - 1) + 1
        let isKept = counter.keep(failures)
        guard !pin.matches(entry) else {
            failures = 0
            counter.keep(0)
            blockedUntil = nil
            return true
        }
        // What cannot be kept is not forgotten in a second either.
        blockedUntil = now + (isKept ? Self.pause(after: failures) : Self.longestPause)
        return false
    }

    private static func pause(after failures: Int) -> Duration {
        failures > 9 ? longestPause : min(firstPause * (1 << (failures - 1)), longestPause)
    }
}
