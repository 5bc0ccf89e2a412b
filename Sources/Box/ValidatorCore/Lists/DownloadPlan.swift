import Base
import PlatformAPI

/// What to fetch from the platform next: the versions that a heartbeat named against those that the box holds (reading 7).
struct DownloadPlan: Sendable {
    /// What came of an adoption.
    enum Settlement {
        /// The box holds what the heartbeat named.
        case settled
        /// The platform sent something else than it names; the same version is fetched again after this pause.
        case unsettled(nextAfter: Duration)
    }

    private struct State {
        /// The version that the last heartbeat named.
        var named: String?
        /// A version that was fetched for, or tried, and the earliest next try for the same one.
        var tried: String?
        var notBefore: Instant?
        var failures = 0
        /// A named version for which another came, and how often.
        var unsettled: (version: String, count: Int)?
        /// A technician wants it whatever the versions say.
        var isForced = false
        /// What was adopted last, and before that: a platform whose halves name two versions in turn would have both fetched for ever.
        var adopted: (version: String, at: Instant)?
        var replaced: (version: String, at: Instant)?
        /// When a version that had not been tried before was tried, the latest of them: one that names another version with each
        /// heartbeat would have all of them fetched.
        var firstTries: [Instant] = []
        /// A version that would have emptied the list, and whether a later heartbeat named it again.
        var heldBack: (version: String, isConfirmed: Bool)?

        mutating func noteTry(at now: Instant) {
            guard tried != named else { return }
            tried = named
            firstTries = firstTries.suffix(Limits.newVersions - 1) + [now]
        }
    }

    private var states = Array(repeating: State(), count: Download.allCases.count)

    /// Takes the versions of a live heartbeat's reply.
    mutating func learn(_ versions: NamedVersions) {
        for download in Download.allCases {
            // Of which nothing is said, nothing has changed.
            guard let named = Self.version(of: download, in: versions) else { continue }
            states[download.rawValue].named = named
            guard let suspect = states[download.rawValue].heldBack else { continue }
            states[download.rawValue].heldBack = suspect.version == named ? (named, true) : nil
            // Also where the box holds that version already, but a technician had the list fetched again.
            if suspect.version == named, !suspect.isConfirmed { states[download.rawValue].isForced = true }
        }
    }

    mutating func force(_ download: Download) {
        states[download.rawValue].isForced = true
    }

    /// The first download that is due at `now`, one at a time, so that an increment never meets a full list on its way.
    func next(held: Versions, at now: Instant) -> Download? {
        Download.allCases.first { isWanted($0, held: held) && !isTooEarly($0, at: now) }
    }

    /// When a wanted download that must wait comes due.
    func nextDeadline(held: Versions) -> Instant? {
        Download.allCases.lazy.filter { isWanted($0, held: held) }.compactMap(earliest).min()
    }

    /// The version that the platform is said to hold.
    func named(_ download: Download) -> String? { states[download.rawValue].named }

    /// `version` was adopted.
    mutating func adopted(_ download: Download, version: String, at now: Instant) -> Settlement {
        var state = states[download.rawValue]
        state.noteTry(at: now)
        var unsettled: (version: String, count: Int)?
        if let named = state.named, named != version {
            let before = state.unsettled.map { $0.version == named ? $0.count : 0 } ?? 0
            unsettled = (named, before + 1)
        }
        let pause = unsettled.map { unsettled in
            min(Limits.listRetryInterval * Double(1 << min(unsettled.count - 1, 20)), Limits.longestListRetryInterval)
        }
        states[download.rawValue] = State(
            named: state.named, tried: state.tried, notBefore: pause.map { now + $0 }, unsettled: unsettled,
            adopted: (version, now), replaced: state.adopted, firstTries: state.firstTries)
        if download == .fullCards {
            // The increments went with the old list: the platform's follow at once, whatever came of them before.
            states[Download.cardIncrement.rawValue].notBefore = nil
            states[Download.cardIncrement.rawValue].firstTries = []
        }
        return pause.map { .unsettled(nextAfter: $0) } ?? .settled
    }

    /// - Parameter retryAfter: how long the platform asks not to be asked again.
    mutating func failed(
        _ download: Download, retryAfter: Duration?, at now: Instant, using random: inout SeededGenerator
    ) {
        var state = states[download.rawValue]
        state.failures += 1
        state.noteTry(at: now)
        state.isForced = false
        let pause = Backoff.delay(
            afterFailures: state.failures, base: .seconds(10), maximum: Limits.listRetryInterval, using: &random)
        state.notBefore = now + max(pause, min(retryAfter ?? .zero, Limits.retryAfter))
        states[download.rawValue] = state
    }

    /// True when the list of `version` may replace the one held although it drops nearly all of it.
    func isConfirmed(_ version: String, of download: Download) -> Bool {
        states[download.rawValue].heldBack.map { $0.version == version && $0.isConfirmed } ?? false
    }

    mutating func holdBack(_ version: String, of download: Download, at now: Instant) {
        states[download.rawValue].noteTry(at: now)
        states[download.rawValue].heldBack = (version, false)
        states[download.rawValue].isForced = false
        states[download.rawValue].notBefore = now + Limits.listRetryInterval
    }

    private func isWanted(_ download: Download, held: Versions) -> Bool {
        let state = states[download.rawValue]
        return state.isForced || (state.named != nil && state.named != Self.version(of: download, in: held))
    }

    private func isTooEarly(_ download: Download, at now: Instant) -> Bool {
        earliest(download).map { now < $0 } ?? false
    }

    /// When a wanted download may be tried; nil for at once.
    private func earliest(_ download: Download) -> Instant? {
        let state = states[download.rawValue]
        if state.isForced { return nil }
        if let replaced = state.replaced, replaced.version == state.named {
            return max(replaced.at + Limits.listRetryInterval, state.notBefore ?? replaced.at)
        }
        if state.tried == state.named { return state.notBefore }
        return state.firstTries.count < Limits.newVersions ? nil : state.firstTries[0] + Limits.listRetryInterval
    }

    private static func version(of download: Download, in versions: Versions) -> String {
        switch download {
        case .fullCards: versions.cards
        case .cardIncrement: versions.cardIncrement
        case .lineCards: versions.lineCards
        case .keys: versions.keys
        }
    }

    private static func version(of download: Download, in versions: NamedVersions) -> String? {
        switch download {
        case .fullCards: versions.cards
        case .cardIncrement: versions.cardIncrement
        case .lineCards: versions.lineCards
        case .keys: versions.keys
        }
    }
}
