import Base
import Fares
import PlatformAPI

/// The riders at the readers: who was answered lately, who waits for the platform, and whose record is part of this turn's
/// commit. A light is shown only once its record is durable.
struct TapDesk: Sendable {
    /// A decision whose record is part of this turn's commit.
    private struct PendingTap {
        var tap: Tap
        var answer: Answer
        var key: RepeatGuard.Key
    }

    /// A rider who waits for the platform.
    private struct OnlineCheck {
        var presentation: Presentation
        var deadline: Instant
        /// It is about a code that no codec knows.
        var isPlatformCode: Bool
    }

    private let policy: Policy
    /// Taps of this turn, stored and not yet known to be durable.
    private var turn: [PendingTap] = []
    private var checks: [ExchangeID: OnlineCheck] = [:]
    private var breaker = CircuitBreaker()
    /// For codes that no codec knows, beside the other: a platform may be slow with what it must look for, and quick with cards.
    private var platformCodeBreaker = CircuitBreaker()
    private var repeatGuard = RepeatGuard()
    private var usedTickets: UsedTickets
    /// By source.
    private var refusals: [RefusalLimits]
    private var complained: Instant?

    init(policy: Policy, usedTickets: [UsedTicket], at now: Instant) {
        self.policy = policy
        self.usedTickets = UsedTickets(usedTickets, at: now)
        refusals = policy.sources.map { _ in RefusalLimits() }
    }

    // MARK: Repeats

    /// True when the tap needs no decision: it repeats one that was answered, or whose answer is on its way.
    func answersRepeat(_ key: RepeatGuard.Key, _ subject: Subject, at now: Instant, effects: inout [Effect]) -> Bool {
        if turn.contains(where: { $0.key == key }) || checks.values.contains(where: { $0.presentation.key == key }) {
            return true
        }
        let interval = policy.sources[key.source].repeatInterval
        guard let first = repeatGuard.find(key, within: interval, at: now) else { return false }
        effects.append(
            .answer(
                Answer(
                    source: key.source, subject: subject, isGreen: first.isGreen, outcome: .repeated, reason: first.reason,
                    mode: .offline, record: first.record, received: now)))
        return true
    }

    /// A tap of before a restart still counts.
    ///
    /// - Parameter at: when it was, by the monotonic clock of this boot.
    mutating func remember(_ key: RepeatGuard.Key, _ tap: Tap, isGreen: Bool, at: Instant) {
        repeatGuard.remember(key, RepeatGuard.Entry(isGreen: isGreen, reason: tap.reason, record: tap.recordID, at: at))
    }

    // MARK: Single rides

    /// Whether this single ride was used, be it in this turn.
    func hasUsed(_ bytes: [UInt8]) -> Bool {
        usedTickets.contains(bytes) || turn.contains { $0.tap.usedTicket?.bytes == bytes }
    }

    /// Forgets single rides that nobody can use any more.
    ///
    /// - Parameter time: now, vouched for.
    mutating func forgetTickets(expiredAt time: WallTime, at now: Instant) { usedTickets.forget(expiredAt: time, at: now) }

    // MARK: Asking the platform (reading 11)

    /// Whether one more rider may wait for the platform; nobody waits for a link that is known to be dead.
    mutating func mayAsk(_ link: PlatformLink, at now: Instant) -> Bool {
        checks.count < Limits.onlineChecks && !link.isDown(at: now) && breaker.allowsCheck(at: now)
    }

    /// Whether a code that no codec knows is asked about.
    enum PlatformCodeQuestion {
        case allowed
        /// Nobody could be asked, or too many ask already.
        case platformUnreachable
        /// This scanner has read more of them than anybody boards with.
        case isJunk
    }

    /// Whether one more rider with a code that no codec knows may wait. Junk is not to keep those from being asked about who pay by what
    /// is known; and it waits only while both they and its own kind are answered.
    mutating func mayAskAboutPlatformCode(
        from source: SourceIndex, _ link: PlatformLink, at now: Instant
    ) -> PlatformCodeQuestion {
        guard checks.count < Limits.onlineChecks, checks.values.count(where: \.isPlatformCode) < Limits.platformCodeChecks,
            !link.isDown(at: now), breaker.isClosed(at: now), platformCodeBreaker.isClosed(at: now)
        else { return .platformUnreachable }
        guard refusals[source].allowsQuestion(at: now) else { return .isJunk }
        // It may be the one that finds out.
        _ = platformCodeBreaker.allowsCheck(at: now)
        return .allowed
    }

    /// The platform knew a code of this source that no codec knows.
    mutating func giveBackQuestion(of source: SourceIndex) { refusals[source].giveBackQuestion() }

    /// The rider waits until `id` ends, or not much longer than most have patience.
    mutating func wait(_ presentation: Presentation, for id: ExchangeID, isPlatformCode: Bool) {
        checks[id] = OnlineCheck(
            presentation: presentation, deadline: presentation.received + policy.onlineTimeout, isPlatformCode: isPlatformCode)
    }

    /// When the box decides for a rider who waits.
    var nextDeadline: Instant? { checks.values.map(\.deadline).min() }

    /// The question is answered, or has failed. Nil when the box has decided meanwhile: a reply that comes after that changes
    /// nothing for the rider.
    mutating func endCheck(
        _ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at now: Instant
    ) -> Presentation? {
        guard let check = checks.removeValue(forKey: id) else { return nil }
        // What a platform does with a code that is none says nothing of how it would fare with a card, nor the other way round. An error
        // that comes at once keeps nobody waiting, so that junk which is answered by one does not stop codes that the platform knows.
        switch result {
        case .failure(let failure) where !check.isPlatformCode || failure.kind == .timeout: noteFailure(of: check, at: now)
        case _ where check.isPlatformCode: platformCodeBreaker.succeeded()
        default: breaker.succeeded()
        }
        return check.presentation
    }

    /// Those who have waited long enough, in the order in which they came.
    mutating func takeOverdue(at now: Instant) -> [Presentation] {
        let overdue = checks.filter { $0.value.deadline <= now }.sorted { $0.key < $1.key }
        for (id, check) in overdue {
            checks[id] = nil
            noteFailure(of: check, at: now)
        }
        return overdue.map(\.value.presentation)
    }

    private mutating func noteFailure(of check: OnlineCheck, at now: Instant) {
        if check.isPlatformCode { platformCodeBreaker.failed(at: now) } else { breaker.failed(at: now) }
    }

    // MARK: The record, and then the light

    /// Whether the outbox has room for one more tap beside those of this turn. What is marked there as delivered a moment late
    /// counts still, so that the bound may be met a little early and never late.
    func hasRoom(_ outbox: OutboxCounts) -> Bool { hasRoom(outbox, of: policy.maximumRecords) }

    private func hasRoom(_ outbox: OutboxCounts, of limit: Int) -> Bool {
        let inTurn = turn.reduce(0) { $0 + $1.tap.pending.count }
        return outbox.records + outbox.refused + inTurn + 2 <= limit
    }

    // MARK: Refusals without a record

    /// Refusals of this source that were not recorded since the start.
    func unrecordedRefusals(of source: SourceIndex) -> Int { refusals[source].unrecorded }

    /// Whether a refusal is recorded; if not, its red light comes at once, and nothing but a count is kept of it.
    ///
    /// - Parameter isJunk: it is of a code that no codec knows.
    mutating func recordsRefusal(
        _ decision: DecidedTap, isJunk: Bool, _ outbox: OutboxCounts, at now: Instant, effects: inout [Effect]
    ) -> Bool {
        let source = decision.presentation.key.source
        let hasRoom = hasRoom(outbox, of: policy.maximumRecords - policy.maximumRecords / Limits.reservedPart)
        guard !hasRoom || !refusals[source].allows(isJunk: isJunk, at: now) else { return true }
        refusals[source].countUnrecorded()
        effects.append(
            .answer(
                Answer(
                    source: source, subject: decision.presentation.subject, isGreen: false, outcome: .refused,
                    reason: decision.reason, mode: decision.mode, record: nil, soundNumber: decision.soundNumber,
                    message: decision.message, received: decision.presentation.received)))
        if complained.map({ now - $0 >= Limits.sameComplaint }) ?? true {
            complained = now
            effects.tell(
                .warning,
                hasRoom
                    ? "\(policy.sources[source].id) refuses more than a bus has riders: red without a record until it is less; see what it reads"
                    : "the outbox is full but for the part that is kept for accepted rides: refusals are red without a record")
        }
        return false
    }

    /// Has the tap stored; its answer follows when it is durable.
    mutating func record(_ tap: Tap, of decision: DecidedTap, effects: inout [Effect]) {
        let presentation = decision.presentation
        let answer = Answer(
            source: presentation.key.source, subject: tap.subject, isGreen: tap.reason == .ok, outcome: tap.outcome,
            reason: tap.reason, mode: tap.mode, record: tap.recordID, soundNumber: decision.soundNumber,
            message: decision.message,
            received: presentation.received)
        turn.append(PendingTap(tap: tap, answer: answer, key: presentation.key))
        effects.append(.store(tap))
    }

    /// The rows that the turn's taps were stored under have come: now, and only now, the riders see their lights.
    ///
    /// - Returns: the taps' uploads.
    mutating func answerTurn(rows: [Int64], effects: inout [Effect]) -> [Upload] {
        precondition(rows.count == turn.count, "each tap of the turn has its row, and a row its tap")
        var uploads: [Upload] = []
        for (pending, row) in zip(turn, rows) {
            let tap = pending.tap
            remember(pending.key, tap, isGreen: pending.answer.isGreen, at: tap.stamp.instant)
            if let used = tap.usedTicket { usedTickets.insert(used, at: tap.stamp.instant) }
            uploads += tap.uploads(row: row)
            effects.append(.answer(pending.answer))
        }
        turn = []
        return uploads
    }

    /// Nothing of the turn could be stored.
    mutating func refuseTurn(because reason: String, effects: inout [Effect]) {
        for pending in turn {
            answerOutOfService(
                pending.key.source, pending.answer.subject, received: pending.answer.received, effects: &effects)
        }
        turn = []
        effects.tell(.error, "out of service: no record can be kept: \(reason)")
    }

    /// Red, and no trace of a ride.
    func answerOutOfService(_ source: SourceIndex, _ subject: Subject, received: Instant, effects: inout [Effect]) {
        effects.append(
            .answer(
                Answer(
                    source: source, subject: subject, isGreen: false, outcome: .refused, reason: .outOfService, mode: .offline,
                    record: nil, received: received)))
    }
}
