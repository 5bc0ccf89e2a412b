import Base

/// How often somebody may try a code that is none: per address, and all together, in any window of ten minutes.
///
/// A code is beyond guessing anyway; this keeps a guesser from the log and the database.
public struct AttemptLimit: Sendable {
    public static let window = Duration.seconds(600)
    public static let perAddress = 10
    /// Of all addresses: as many as one workshop enrols boxes, and mistypes, in ten minutes.
    public static let overall = 200

    private var failures: [(address: String, at: Instant)] = []

    public init() {}

    /// How long nobody from there is listened to; nil when he may try.
    public mutating func pause(for address: String, at now: Instant) -> Duration? {
        failures.removeAll { now - $0.at >= Self.window }
        let own = failures.filter { $0.address == address }
        // The oldest of those that count too many must leave the window first.
        let tooMany =
            own.count >= Self.perAddress
            ? own[own.count - Self.perAddress]
            : failures.count >= Self.overall ? failures[failures.count - Self.overall] : nil
        return tooMany.map { Self.window - (now - $0.at) }
    }

    public mutating func failed(from address: String, at now: Instant) {
        failures.append((address, now))
    }
}
