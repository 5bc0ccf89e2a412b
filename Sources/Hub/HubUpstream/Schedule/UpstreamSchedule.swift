import Base
import HubDomain
import HubServices
import PlatformAPI

/// What the platform is sent next of all that may wait: bookings, logs, heartbeats, backlog. What somebody waits for goes before all of them, and
/// takes its share of what the platform allows.
struct UpstreamSchedule: Sendable {
    enum Turn: Sendable {
        case forward(Forward)
        case heartbeat(ForwardedCall)
    }

    /// Requests under way at once.
    static let concurrency = 14
    /// Places that the backlog and heartbeats leave free, so that a booking never waits for them.
    private static let reserved = 2

    var queue: ForwardQueue
    var heartbeats = HeartbeatBoard()
    private(set) var outage = OutageClock()
    private var rate: RequestRate
    private var heartbeatsUnderWay = 0
    /// Whether the backlog is next where heartbeats wait as well: they never end, and it would.
    private var isBacklogNext = false
    private var random: SeededGenerator
    /// Whether this hub is the one of several that sends what the store keeps.
    var sendsForwards = false

    init(_ policy: ForwardPolicy, requestsPerSecond: Int, seed: UInt64, at now: Instant) {
        queue = ForwardQueue(policy)
        rate = RequestRate(perSecond: requestsPerSecond, at: now)
        random = SeededGenerator(seed: seed)
    }

    var underWayCount: Int { queue.underWayCount + heartbeatsUnderWay }

    /// Whether a request may go now for which somebody waits; it is counted then.
    mutating func takeUrgently(at now: Instant) -> Bool { rate.takeUrgently(at: now) }

    /// The next to be sent, which counts as under way from now on; nil where nothing may go.
    mutating func next(at now: Moment) -> Turn? {
        let live = Self.live(now)
        queue.resume(at: now.instant, live: live)
        guard outage.mayTry(at: now.instant), underWayCount < (outage.isAway ? 1 : Self.concurrency),
            rate.nextTurn(at: now.instant) == nil, let turn = choose(live: live)
        else { return nil }
        _ = rate.take(at: now.instant)
        if case .heartbeat = turn { heartbeatsUnderWay += 1 }
        return turn
    }

    private mutating func choose(live: WallTime) -> Turn? {
        if sendsForwards {
            for lane in [ForwardLine.Lane.booking, .log] {
                if let forward = queue.next(lane, live: live) { return .forward(forward) }
            }
        }
        guard outage.isAway || underWayCount < Self.concurrency - Self.reserved else { return nil }
        if isBacklogNext, let forward = backlog(live: live) { return .forward(forward) }
        if let heartbeat = heartbeats.next() {
            isBacklogNext = true
            return .heartbeat(heartbeat)
        }
        return backlog(live: live).map { .forward($0) }
    }

    private mutating func backlog(live: WallTime) -> Forward? {
        isBacklogNext = false
        return sendsForwards ? queue.next(.backlog, live: live) : nil
    }

    /// What was received at this time, or later, is not backlog for its age.
    static func live(_ now: Moment) -> WallTime { now.system - ForwardQueue.liveTime }

    // MARK: What came of it

    mutating func answered(_ forward: Forward, _ answer: PlatformAnswer, at now: Moment) -> ForwardFate {
        outage.works()
        return queue.answered(forward, answer, at: now.instant, live: Self.live(now), using: &random)
    }

    mutating func failed(_ forward: Forward, _ failure: ExchangeFailure, at now: Moment) -> ForwardFate {
        outage.failed(failure, at: now.instant, using: &random)
        return queue.failed(
            forward, failure, isPlatformAway: outage.isAway, received: now.system, at: now.instant, live: Self.live(now),
            using: &random)
    }

    mutating func answered(_ heartbeat: ForwardedCall) {
        outage.works()
        heartbeatsUnderWay -= 1
        heartbeats.ended(heartbeat.key.deviceID)
    }

    /// - Returns: whether it is sent again; else a newer one is.
    mutating func failed(_ heartbeat: ForwardedCall, _ failure: ExchangeFailure, at now: Moment) -> Bool {
        outage.failed(failure, at: now.instant, using: &random)
        heartbeatsUnderWay -= 1
        guard failure.isOfPlatform || outage.isAway else {
            // It is for what it says: the next one may fare better.
            heartbeats.ended(heartbeat.key.deviceID)
            return true
        }
        return heartbeats.failed(heartbeat)
    }

    /// A reply came to something else.
    mutating func works() { outage.works() }

    /// When `next` may have something that it has not now; nil where only an event changes that.
    func nextDeadline(at now: Instant) -> Instant? {
        let turn = underWayCount < Self.concurrency ? rate.nextTurn(at: now) : nil
        let end = outage.earliest.flatMap { $0 > now ? $0 : nil }
        return [turn, end, queue.nextDeadline.map { max($0, now + .milliseconds(1)) }].compactMap { $0 }.min()
    }
}
