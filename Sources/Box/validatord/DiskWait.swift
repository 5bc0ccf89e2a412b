import Base
import OperatingSystem
import Storage

/// How long the loop, and with it a rider, waits for the disk.
nonisolated struct DiskWait {
    /// A rider feels it.
    static let slow = Duration.seconds(1)
    /// Between two notices of it.
    private static let noticePause = Duration.seconds(3600)

    private var began: Instant?
    /// The longest wait since the start.
    private(set) var longest = Duration.zero
    private var slowCount = 0
    private var longestUntold = Duration.zero
    private var told: Instant?

    /// Takes a stage of a sync; what is to be told of it.
    mutating func take(_ stage: SyncStage, at now: Instant) -> Notice? {
        guard stage == .ended, let began else {
            self.began = now
            return nil
        }
        self.began = nil
        let time = now - began
        longest = max(longest, time)
        guard time >= Self.slow else { return nil }
        slowCount += 1
        longestUntold = max(longestUntold, time)
        if let told, now - told < Self.noticePause { return nil }
        told = now
        defer { longestUntold = .zero }
        return Notice(
            .warning,
            """
            disk slow: a sync took \(longestUntold.wholeMilliseconds) ms, \(slowCount) took more than \(Self.slow.wholeMilliseconds) ms \
            since the start, and riders wait for each; if it goes on, the card is worn: replace it
            """)
    }
}
