import Base

/// What is fetched from the platform next: one download for all devices that are told of the same version.
struct ListPlan: Sendable {
    /// Downloads at once, of different things.
    static let concurrency = 2
    /// Before a download is tried again that brought a version other than the heartbeats name; twice as long each time, up to
    /// `longestRetryInterval`, while that version does not settle.
    static let retryInterval = Duration.seconds(600)
    static let longestRetryInterval = Duration.seconds(86400)
    /// Versions newly named that are fetched at once in `retryInterval`; beyond, the next one waits until it has passed.
    static let newVersions = 12

    private struct State: Sendable {
        /// The version that the last heartbeat's reply named.
        var named: String
        /// The device that it was named to, in whose name it is fetched.
        var asker: String
        /// A version that was fetched for, and the earliest next try for the same one.
        var tried: String?
        var notBefore: Instant?
        var failures = 0
        /// How often another version came than this one.
        var unsettled: (version: String, count: Int)?
        /// A version that waits for an operator.
        var held: String?
        /// When versions that had not been tried before were tried, the latest ones.
        var firstTries: [Instant] = []

        mutating func noteTry(of version: String, at now: Instant) {
            guard tried != version else { return }
            (tried, notBefore, failures) = (version, nil, 0)
            firstTries = firstTries.suffix(ListPlan.newVersions - 1) + [now]
        }

        /// When it may be fetched; nil for at once.
        var earliest: Instant? {
            if tried == named { return notBefore }
            return firstTries.count < ListPlan.newVersions ? nil : firstTries[0] + ListPlan.retryInterval
        }
    }

    private var states: [ListItem: State] = [:]
    /// Of which something else is named than is held here.
    private var wanted: Set<ListItem> = []
    private(set) var underWay: Set<ListItem> = []

    /// A heartbeat's reply named a version.
    /// - Parameter held: the one that is held here.
    mutating func learn(_ item: ListItem, named: String, held: String?, by device: String) {
        var state = states[item] ?? State(named: named, asker: device)
        (state.named, state.asker) = (named, device)
        if state.held != nil, state.held != named { state.held = nil }
        states[item] = state
        weigh(item, held: held)
    }

    /// A version waits for an operator since before this run.
    mutating func remember(_ item: ListItem, heldVersion version: String) {
        var state = states[item] ?? State(named: version, asker: "")
        state.held = version
        states[item] = state
    }

    /// What is held has changed, by whomever.
    mutating func weigh(_ item: ListItem, held: String?) {
        guard let state = states[item], state.named != held, state.named != state.held, !(held == nil && state.named == "0")
        else {
            wanted.remove(item)
            return
        }
        wanted.insert(item)
    }

    /// What is to be fetched now, and in whose name; it counts as under way.
    mutating func next(at now: Instant) -> (item: ListItem, asker: String, version: String)? {
        guard underWay.count < Self.concurrency else { return nil }
        for item in wanted.subtracting(underWay).sorted(by: { $0.order < $1.order }) {
            guard let state = states[item], state.earliest.map({ $0 <= now }) ?? true, !isHeldUp(item, at: now) else { continue }
            states[item]?.noteTry(of: state.named, at: now)
            underWay.insert(item)
            return (item, state.asker, state.named)
        }
        return nil
    }

    /// An increment never meets a full list on its way.
    private func isHeldUp(_ item: ListItem, at now: Instant) -> Bool {
        switch item {
        case .increment(let id): underWay.contains(.cards(enterprise: id))
        case .cards(let id): underWay.contains(.increment(enterprise: id))
        case .line, .keys: false
        }
    }

    /// `version` came, and is in force.
    /// - Returns: the pause after which it is fetched again where it is not the one that was named.
    mutating func adopted(_ item: ListItem, version: String, at now: Instant) -> Duration? {
        underWay.remove(item)
        guard var state = states[item] else { return nil }
        var pause: Duration?
        state.failures = 0
        if state.named == version {
            (state.unsettled, state.notBefore) = (nil, nil)
        } else {
            let before = state.unsettled.map { $0.version == state.named ? $0.count : 0 } ?? 0
            state.unsettled = (state.named, before + 1)
            let wait = min(Self.retryInterval * Double(1 << min(before, 20)), Self.longestRetryInterval)
            (state.tried, state.notBefore, pause) = (state.named, now + wait, wait)
        }
        states[item] = state
        weigh(item, held: version)
        // The increments went with the old list: the platform's follow at once, whatever came of them before.
        if case .cards(let id) = item {
            let increment = ListItem.increment(enterprise: id)
            states[increment]?.tried = nil
            states[increment]?.notBefore = nil
            states[increment]?.firstTries = []
            weigh(increment, held: nil)
        }
        return pause
    }

    /// What came is kept for an operator: it is not fetched again while the platform names it.
    mutating func held(_ item: ListItem, version: String, at now: Instant) {
        underWay.remove(item)
        states[item]?.held = version
        // Another version than was named is asked for again as seldom as one that does not settle.
        states[item]?.notBefore = now + Self.longestRetryInterval
        if states[item]?.named == version { wanted.remove(item) }
    }

    /// - Parameter retryAfter: how long the platform asks not to be asked again.
    mutating func failed(_ item: ListItem, retryAfter: Duration?, at now: Instant, using random: inout SeededGenerator) {
        underWay.remove(item)
        guard var state = states[item] else { return }
        state.failures += 1
        let pause = Backoff.delay(
            afterFailures: state.failures, base: .seconds(10), maximum: Self.retryInterval, using: &random)
        state.notBefore = now + max(pause, min(retryAfter ?? .zero, OutageClock.longestWish))
        states[item] = state
    }

    /// What was to be fetched is here already, or somebody else fetches it.
    mutating func givenUp(_ item: ListItem, held: String?, until time: Instant?) {
        underWay.remove(item)
        states[item]?.notBefore = time
        weigh(item, held: held)
    }
}

extension ListItem {
    /// Full lists first: with them increments begin anew.
    fileprivate var order: Int {
        switch self {
        case .cards: 0
        case .increment: 1
        case .keys: 2
        case .line: 3
        }
    }
}
