import Base
import HubDomain
import PlatformAPI

/// Which call goes to the platform next: what happens now before the backlog, bookings before logs, of each device in the order of arrival and
/// one at a time, and devices in turn.
///
/// The store holds them all; here are the next few of each device that has any.
struct ForwardQueue: Sendable {
    /// Of one device in memory.
    static let perDevice = 8
    /// What was taken by the hub so long ago, or longer, is backlog.
    static let liveTime = Duration.seconds(120)
    /// Devices whose backlog is in memory at once.
    static let devicesAtOnce = 1000
    /// Calls that alone get no usable reply; beyond, one of them is forgotten here, and is tried again when it is read anew.
    static let asideAtOnce = 1000

    private struct Aside: Sendable {
        var forward: Forward
        var due: Instant
        var count = 1
        let began: Instant
        /// From when on the time counts after which it is as good as refused.
        var countedFrom: Instant
    }

    private let policy: ForwardPolicy
    private var lines: [String: ForwardLine] = [:]
    private var turns = Array(repeating: Turns(), count: ForwardLine.Lane.allCases.count)
    /// Devices to be read: those that have just called, and those with a backlog.
    private var woken = Turns()
    private var toRead = Turns()
    private var pausing: Set<String> = []
    /// No pause ends before.
    private var pauseEnd: Instant?
    private var asides: [Int64: Aside] = [:]
    private var underWay: [String: Forward] = [:]
    private var doubts = RecentKeys()
    private var lastReply: Instant?
    private(set) var changes = ForwardChanges()
    private var holdingCount = 0

    init(_ policy: ForwardPolicy) { self.policy = policy }

    // MARK: Reading

    /// The device has calls that may be new.
    mutating func wake(_ deviceID: String) {
        var line = lines[deviceID] ?? ForwardLine()
        line.hasMore = true
        if line.reading != .woken {
            line.reading = .woken
            woken.append(deviceID)
        }
        lines[deviceID] = line
    }

    /// Devices of which the store has calls that wait.
    mutating func found(_ deviceIDs: [String]) {
        for id in deviceIDs {
            var line = lines[id] ?? ForwardLine()
            line.hasMore = true
            if line.reading == nil {
                line.reading = .found
                toRead.append(id)
            }
            lines[id] = line
        }
    }

    /// Devices whose calls are to be read now, at most `limit`; they count as read.
    mutating func devicesToRead(limit: Int) -> [String] {
        var ids: [String] = []
        while ids.count < limit, let id = woken.next() { markRead(id, &ids) }
        while ids.count < limit, holdingCount + ids.count < Self.devicesAtOnce, let id = toRead.next() { markRead(id, &ids) }
        return ids
    }

    private mutating func markRead(_ id: String, _ ids: inout [String]) {
        // It may stand in both turns.
        guard lines[id]?.reading != nil else { return }
        lines[id]?.reading = nil
        ids.append(id)
    }

    /// Whether something is to be read.
    var wantsReading: Bool { !woken.isEmpty || !toRead.isEmpty && holdingCount < Self.devicesAtOnce }

    /// What the store has of these devices, `perDevice` calls each at the most, in the order in which they go.
    mutating func read(_ forwards: [Forward], of deviceIDs: [String], live: WallTime) {
        var byDevice: [String: [Forward]] = [:]
        for forward in forwards { byDevice[forward.key.deviceID, default: []].append(forward) }
        for id in deviceIDs {
            let stored = byDevice[id] ?? []
            change(id, live: live) { line, queue in
                // The one under way is still the store's first.
                let rest = stored.compactMap { queue.changes.current($0) }.filter {
                    queue.asides[$0.id] == nil && queue.underWay[id]?.id != $0.id
                }
                // Those that are tried again now and then are not lost by it.
                line.loaded = line.loaded.filter { queue.asides[$0.id] != nil } + rest
                line.hasMore = stored.count >= Self.perDevice
            }
        }
    }

    /// A rider was asked about under this key, and what the platform made of it is not known: a booking of that key may be its second.
    mutating func doubt(_ key: ForwardKey) {
        if underWay[key.deviceID]?.key == key { underWay[key.deviceID]?.mayBeDouble = true } else { doubts.add(key) }
    }

    /// As it is known by now.
    func current(_ sent: Forward) -> Forward { underWay[sent.key.deviceID] ?? sent }

    // MARK: Sending

    var underWayCount: Int { underWay.count }

    /// Whether one waits for its turn in the backlog.
    var hasBacklog: Bool { !turns[ForwardLine.Lane.backlog.rawValue].isEmpty }

    /// The next call of a lane, which counts as under way from now on.
    mutating func next(_ lane: ForwardLine.Lane, live: WallTime) -> Forward? {
        while let id = turns[lane.rawValue].next() {
            guard var line = lines[id] else { continue }
            line.queued.remove(lane)
            // What was live when it was put here may have become backlog.
            guard let now = line.lane(live: live), now == lane, !line.isUnderWay, line.notBefore == nil else {
                lines[id] = line
                enqueue(id, live: live)
                continue
            }
            var forward = line.loaded.removeFirst()
            if doubts.remove(forward.key), !forward.mayBeDouble {
                forward.mayBeDouble = true
                changes.change(forward)
            }
            if line.loaded.isEmpty { holdingCount -= 1 }
            line.isUnderWay = true
            lines[id] = line
            underWay[id] = forward
            if line.loaded.count < 2, line.hasMore { found([id]) }
            return forward
        }
        return nil
    }

    /// The platform answered.
    mutating func answered(
        _ sent: Forward, _ answer: PlatformAnswer, at now: Instant, live: WallTime, using random: inout SeededGenerator
    ) -> ForwardFate {
        lastReply = now
        var forward = end(sent)
        asides[forward.id] = nil
        forward.answer = answer
        let fate = policy.fate(code: answer.code, refusals: forward.refusals + 1)
        var pause: Duration?
        switch fate {
        case .delivered where forward.mayBeDouble:
            // Kept for a while, for whoever wants to look.
            forward.state = .answered
            changes.change(forward)
        case .delivered: changes.deliver(forward.id)
        case .refused:
            (forward.state, forward.refusals) = (.refused, forward.refusals + 1)
            changes.change(forward)
        case .refusedOnce, .again:
            forward.refusals += 1
            changes.change(forward)
            pause = Backoff.delay(
                afterFailures: forward.refusals, base: .seconds(1), maximum: ForwardPolicy.longestRefusalPause, using: &random)
        }
        let waits = pause == nil ? nil : forward
        change(forward.key.deviceID, live: live) { line, queue in
            guard let waits, let pause else { return }
            line.loaded.insert(waits, at: 0)
            line.notBefore = now + pause
            queue.pausing.insert(waits.key.deviceID)
            queue.pauseEnd = min(queue.pauseEnd ?? now + pause, now + pause)
        }
        return fate
    }

    /// There was no usable reply. It goes again: first of all where the platform is away; else when the other calls have gone that are answered.
    /// - Parameter isPlatformAway: whether nothing else would have fared better.
    mutating func failed(
        _ sent: Forward, _ failure: ExchangeFailure, isPlatformAway: Bool, received: WallTime, at now: Instant, live: WallTime,
        using random: inout SeededGenerator
    ) -> ForwardFate {
        var forward = end(sent)
        if failure.mayHaveActed, !forward.mayBeDouble {
            forward.mayBeDouble = true
            changes.change(forward)
        }
        let id = forward.key.deviceID
        guard !failure.isOfPlatform, !isPlatformAway else {
            let first = forward
            change(id, live: live) { line, _ in line.loaded.insert(first, at: 0) }
            return .again
        }
        var aside = asides[forward.id] ?? Aside(forward: forward, due: now, count: 0, began: now, countedFrom: now)
        aside.count += 1
        // A day of that is as good as the refusals that it takes to be put aside; each share of it counts as one, so that it outlives a restart.
        let share = ForwardPolicy.troubleLife / policy.maximumRefusals
        let othersAreAnswered = lastReply.map { $0 > aside.countedFrom } ?? false
        var fate = ForwardFate.again
        if now - aside.countedFrom >= share, othersAreAnswered {
            aside.countedFrom = now
            forward.refusals += 1
            fate = forward.refusals >= policy.maximumRefusals ? .refused : .refusedOnce
            forward.answer = PlatformAnswer(code: PlatformAnswer.none, message: failure.text, received: received)
            if fate == .refused { forward.state = .refused }
            changes.change(forward)
        }
        guard fate != .refused else {
            asides[forward.id] = nil
            change(id, live: live) { _, _ in }
            return fate
        }
        if asides.count >= Self.asideAtOnce, asides[forward.id] == nil {
            found([id])
        } else {
            let gets = lastReply.map { $0 > aside.began } ?? false
            let maximum = gets ? ForwardPolicy.longestTroublePause : OutageClock.longestPause
            aside.forward = forward
            aside.due = now + Backoff.delay(afterFailures: aside.count, base: .seconds(1), maximum: maximum, using: &random)
            asides[forward.id] = aside
            pauseEnd = min(pauseEnd ?? aside.due, aside.due)
        }
        change(id, live: live) { _, _ in }
        return fate
    }

    /// It cannot be sent at all: an operator decides.
    mutating func refuse(_ sent: Forward, _ answer: PlatformAnswer, live: WallTime) {
        var forward = end(sent)
        (forward.state, forward.answer) = (.refused, answer)
        asides[forward.id] = nil
        changes.change(forward)
        change(forward.key.deviceID, live: live) { _, _ in }
    }

    /// Nobody learns any more what becomes of those under way.
    mutating func giveUp() {
        for var forward in underWay.values where !forward.mayBeDouble {
            forward.mayBeDouble = true
            changes.change(forward)
        }
    }

    private mutating func end(_ sent: Forward) -> Forward {
        let id = sent.key.deviceID
        guard let forward = underWay.removeValue(forKey: id), forward.id == sent.id else {
            preconditionFailure("a call was begun here, and ends once")
        }
        lines[id]?.isUnderWay = false
        return forward
    }

    // MARK: Pauses

    /// Whoever has waited long enough takes his turn again.
    mutating func resume(at now: Instant, live: WallTime) {
        guard let end = pauseEnd, end <= now else { return }
        pauseEnd = nil
        for id in pausing {
            guard let due = lines[id]?.notBefore else {
                pausing.remove(id)
                continue
            }
            if due <= now {
                pausing.remove(id)
                change(id, live: live) { line, _ in line.notBefore = nil }
            } else {
                pauseEnd = min(pauseEnd ?? due, due)
            }
        }
        for aside in asides.values where !isInLine(aside.forward) {
            if aside.due <= now {
                let forward = aside.forward
                change(forward.key.deviceID, live: live) { line, _ in line.loaded.insert(forward, at: 0) }
            } else {
                pauseEnd = min(pauseEnd ?? aside.due, aside.due)
            }
        }
    }

    private func isInLine(_ forward: Forward) -> Bool {
        let id = forward.key.deviceID
        return underWay[id]?.id == forward.id || lines[id]?.loaded.contains { $0.id == forward.id } ?? false
    }

    /// When `resume` has something to do.
    var nextDeadline: Instant? { pauseEnd }

    // MARK: Writing

    mutating func takeChanges() -> (delivered: [Int64], changed: [Forward]) { changes.take() }
    mutating func written() { changes.written() }
    mutating func notWritten() { changes.notWritten() }

    // MARK: Lines

    private mutating func change(_ id: String, live: WallTime, _ body: (inout ForwardLine, inout ForwardQueue) -> Void) {
        var line = lines[id] ?? ForwardLine()
        let held = !line.loaded.isEmpty
        body(&line, &self)
        if held != !line.loaded.isEmpty { holdingCount += held ? -1 : 1 }
        lines[id] = line
        enqueue(id, live: live)
    }

    private mutating func enqueue(_ id: String, live: WallTime) {
        guard var line = lines[id] else { return }
        defer { lines[id] = line.isIdle ? nil : line }
        guard !line.isUnderWay, line.notBefore == nil, let lane = line.lane(live: live) else { return }
        // Where it stands in another lane, too, that turn counts for nothing when it comes.
        if line.queued.insert(lane).inserted { turns[lane.rawValue].append(id) }
    }
}

extension PlatformAnswer {
    /// In the place of `ret_code` where the platform gave none.
    static let none = -1
}
