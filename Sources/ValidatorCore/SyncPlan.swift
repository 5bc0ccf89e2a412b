/// What to fetch from the platform next: the versions that a heartbeat named against those that the box holds (reading 7).
struct SyncPlan: Sendable {
    enum Download: Int, CaseIterable, Sendable {
        case fullCards, cardIncrement, lineCards, keys

        var name: String {
            switch self {
            case .fullCards: "full card list"
            case .cardIncrement: "card list increment"
            case .lineCards: "line card list"
            case .keys: "ticket keys"
            }
        }
    }

    private struct State {
        /// The version that the last heartbeat named.
        var named: String?
        /// A version that was fetched for, or tried, and the earliest next try for the same one.
        var tried: String?
        var notBefore: Instant?
        var failures = 0
        /// A technician wants it whatever the versions say.
        var isForced = false
        /// What was adopted last, and before that: a platform whose halves name two versions in turn would have both fetched for ever.
        var adopted: (version: String, at: Instant)?
        var replaced: (version: String, at: Instant)?
    }

    private var states = Array(repeating: State(), count: Download.allCases.count)
    /// A full list version that would have emptied the list, and whether a later heartbeat named it again.
    private var heldBack: (version: String, isConfirmed: Bool)?

    /// Takes the versions of a live heartbeat's reply.
    mutating func learn(_ versions: Versions) {
        if let suspect = heldBack { heldBack = suspect.version == versions.cards ? (suspect.version, true) : nil }
        if heldBack?.isConfirmed == true { states[Download.fullCards.rawValue].notBefore = nil }
        for download in Download.allCases { states[download.rawValue].named = Self.version(of: download, in: versions) }
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
        Download.allCases.filter { isWanted($0, held: held) }.compactMap(earliest).min()
    }

    /// The version that the platform is said to hold.
    func named(_ download: Download) -> String? { states[download.rawValue].named }

    /// `version` was adopted. True when that is not what the heartbeat named, which is worth a warning.
    mutating func adopted(_ download: Download, version: String, at now: Instant) -> Bool {
        let named = states[download.rawValue].named
        let differs = named != nil && named != version
        states[download.rawValue] = State(
            named: named, tried: named, notBefore: differs ? now + Limits.listRetryInterval : nil,
            adopted: (version, now), replaced: states[download.rawValue].adopted)
        if download == .fullCards {
            heldBack = nil
            // The increments went with the old list: the platform's follow at once, whatever came of them before.
            states[Download.cardIncrement.rawValue].notBefore = nil
        }
        return differs
    }

    mutating func failed(_ download: Download, at now: Instant, using random: inout SeededGenerator) {
        var state = states[download.rawValue]
        state.failures += 1
        state.tried = state.named
        state.isForced = false
        state.notBefore =
            now
            + Backoff.delay(
                afterFailures: state.failures, base: .seconds(10), maximum: Limits.listRetryInterval, using: &random)
        states[download.rawValue] = state
    }

    /// True when the list of `version` may replace the one held although it drops nearly all of it.
    func isConfirmed(_ version: String) -> Bool {
        heldBack?.version == version && heldBack?.isConfirmed == true
    }

    mutating func holdBack(_ version: String, at now: Instant) {
        heldBack = (version, false)
        states[Download.fullCards.rawValue].tried = states[Download.fullCards.rawValue].named
        states[Download.fullCards.rawValue].isForced = false
        states[Download.fullCards.rawValue].notBefore = now + Limits.listRetryInterval
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
        if let replaced = state.replaced, replaced.version == state.named { return replaced.at + Limits.listRetryInterval }
        return state.tried == state.named ? state.notBefore : nil
    }

    private static func version(of download: Download, in versions: Versions) -> String {
        switch download {
        case .fullCards: versions.cards
        case .cardIncrement: versions.cardIncrement
        case .lineCards: versions.lineCards
        case .keys: versions.keys
        }
    }
}
