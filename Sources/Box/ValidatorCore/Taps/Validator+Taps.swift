import Base
import Fares
import PlatformAPI

/// A rider at the reader or the scanner: from the tap to the light.
extension Validator {
    /// A decision whose record is part of this turn's commit.
    struct PendingTap: Sendable {
        var tap: Tap
        var answer: Answer
        var key: RepeatGuard.Key
    }

    /// A rider who waits for the platform.
    struct OnlineCheck: Sendable {
        var key: RepeatGuard.Key
        var subject: Subject
        var bookingID: UniqueID
        var received: Instant
        var deadline: Instant
    }

    mutating func presentCard(_ uid: [UInt8], to reader: SourceIndex, at moment: Moment) {
        guard policy.sources[reader].decides, case .reader(let profile) = policy.sources[reader].kind else { return }
        guard let card = profile.number(uid: uid) else {
            guard let raw = CardNumberProfile.standIn(for: uid) else { return }
            decideLocally(.card(raw), from: reader, at: moment) { _, _ in .unreadableCard }
            return
        }
        present(.card(card), from: reader, at: moment, isEnabled: state.modes.cardsEnabled, mode: state.modes.cardCheck)
    }

    mutating func presentTicket(_ payload: [UInt8], to scanner: SourceIndex, at moment: Moment) {
        guard policy.sources[scanner].decides, !payload.isEmpty else { return }
        present(.ticket(payload), from: scanner, at: moment, isEnabled: state.modes.ticketsEnabled, mode: state.modes.ticketCheck)
    }

    private mutating func present(
        _ subject: Subject, from source: SourceIndex, at moment: Moment, isEnabled: Bool, mode: CheckMode
    ) {
        if !isEnabled {
            decideLocally(subject, from: source, at: moment) { _, _ in .functionOff }
        } else if mode == .online {
            checkOnline(subject, from: source, at: moment)
        } else {
            decideLocally(subject, from: source, at: moment) { $0.offlineReason(for: subject, at: $1) }
        }
    }

    private mutating func decideLocally(
        _ subject: Subject, from source: SourceIndex, at moment: Moment, reason: (inout Validator, Moment) -> Reason
    ) {
        let key = repeatKey(subject, source: source)
        guard !answersRepeat(key, subject, at: moment) else { return }
        record(
            subject, key: key, reason: reason(&self, moment), mode: .offline, bookingID: newID(at: moment),
            received: moment.instant, at: moment)
    }

    // MARK: Repeats

    /// Two scans of one ticket in different case are the same ticket.
    private func repeatKey(_ subject: Subject, source: SourceIndex) -> RepeatGuard.Key {
        guard case .ticket(let payload) = subject, let ticket = codec.unverified(payload) else {
            return RepeatGuard.Key(source: source, subject: subject)
        }
        return RepeatGuard.Key(source: source, subject: .ticket(ticket.bytes))
    }

    /// True when the tap needs no decision: it repeats one that was answered, or whose answer is on its way.
    private mutating func answersRepeat(_ key: RepeatGuard.Key, _ subject: Subject, at moment: Moment) -> Bool {
        if turn.contains(where: { $0.key == key }) || checks.values.contains(where: { $0.key == key }) { return true }
        let interval = policy.sources[key.source].repeatInterval
        guard let first = repeatGuard.find(key, within: interval, at: moment.instant) else { return false }
        effects.append(
            .answer(
                Answer(
                    source: key.source, subject: subject, isGreen: first.isGreen, outcome: .repeated, reason: first.reason,
                    mode: .offline, record: first.record, received: moment.instant)))
        return true
    }

    /// A tap of before the restart still counts: by the monotonic clock within one boot, else by a calendar both times trusted.
    mutating func remember(restored tap: Tap, at moment: Moment) {
        guard let source = policy.sources.firstIndex(where: { $0.id == tap.source }) else { return }
        let at: Instant
        if tap.stamp.boot == policy.boot {
            at = tap.stamp.instant
        } else if tap.stamp.source != .none, let now = clock.trusted(at: moment), tap.stamp.wall <= now {
            at = moment.instant - (now - tap.stamp.wall)
        } else {
            return
        }
        let entry = RepeatGuard.Entry(isGreen: tap.outcome == .accepted, reason: tap.reason, record: tap.recordID, at: at)
        repeatGuard.remember(repeatKey(tap.subject, source: source), entry)
    }

    // MARK: Asking the platform (reading 11)

    private mutating func checkOnline(_ subject: Subject, from source: SourceIndex, at moment: Moment) {
        let key = repeatKey(subject, source: source)
        guard !answersRepeat(key, subject, at: moment) else { return }
        let bookingID = newID(at: moment)
        guard checks.count < Limits.onlineChecks, mayAsk(at: moment.instant) else {
            record(
                subject, key: key, reason: offlineReason(for: subject, at: moment), mode: .fallback, bookingID: bookingID,
                received: moment.instant, at: moment)
            return
        }
        guard hasRoomForRecord else {
            answerOutOfService(key.source, subject, received: moment.instant)
            return
        }
        let content = PlatformRequest.Content.check(
            subject, .online, position: position(at: moment.instant), time: clock.reading(at: moment).wall)
        let id = send(content, as: bookingID, for: .check, timeout: policy.onlineTimeout)
        checks[id] = OnlineCheck(
            key: key, subject: subject, bookingID: bookingID, received: moment.instant,
            deadline: moment.instant + policy.onlineTimeout)
    }

    /// Nobody waits for a link that is known to be dead: the last exchange failed, and lately.
    private mutating func mayAsk(at now: Instant) -> Bool {
        if isPlatformReachable == false, let lastExchangeEnd, now - lastExchangeEnd < CircuitBreaker.pause { return false }
        return breaker.allowsCheck(at: now)
    }

    /// A reply that comes after the fallback finds no check and changes nothing for the rider.
    mutating func finishCheck(_ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment) {
        guard let check = checks.removeValue(forKey: id) else { return }
        if case .success = result { breaker.succeeded() } else { breaker.failed(at: moment.instant) }
        guard case .success(.check(let reply)) = result, !policy.fallbackCodes.contains(reply.verdict.code) else {
            fallBack(check, at: moment)
            return
        }
        record(
            check.subject, key: check.key, reason: reply.verdict.code == 0 ? .ok : .refusedByPlatform, mode: .online,
            bookingID: check.bookingID, soundNumber: reply.soundNumber, message: reply.verdict.message,
            received: check.received, at: moment)
    }

    mutating func decideOverdueChecks(at moment: Moment) {
        for id in checks.filter({ $0.value.deadline <= moment.instant }).keys.sorted() {
            guard let check = checks.removeValue(forKey: id) else { continue }
            breaker.failed(at: moment.instant)
            fallBack(check, at: moment)
        }
    }

    private mutating func fallBack(_ check: OnlineCheck, at moment: Moment) {
        record(
            check.subject, key: check.key, reason: offlineReason(for: check.subject, at: moment), mode: .fallback,
            bookingID: check.bookingID, received: check.received, at: moment)
    }

    // MARK: The record, and then the light

    private var hasRoomForRecord: Bool {
        let inTurn = turn.reduce(0) { $0 + $1.tap.pending.count }
        return records + refused + inTurn + 2 <= policy.maximumRecords
    }

    private mutating func record(
        _ subject: Subject, key: RepeatGuard.Key, reason: Reason, mode: DecisionMode, bookingID: UniqueID,
        soundNumber: Int = 0, message: String = "", received: Instant, at moment: Moment
    ) {
        guard hasRoomForRecord else {
            answerOutOfService(key.source, subject, received: received)
            return
        }
        var pending: UploadParts = []
        if mode != .online {
            pending.insert(.log)
            if reason == .ok, policy.offlineUploads == .checkAndLog { pending.insert(.booking) }
        }
        // The time of the tap, not of a decision that waited for the platform.
        let tapped = Moment(instant: received, system: moment.system - (moment.instant - received))
        let tap = Tap(
            logID: newID(at: moment), bookingID: bookingID, source: policy.sources[key.source].id, subject: subject,
            outcome: reason == .ok ? .accepted : .refused, reason: reason, mode: mode, stamp: stamp(at: tapped),
            position: position(at: moment.instant), pending: pending, usedTicket: reason == .ok ? usedTicket(subject) : nil)
        let answer = Answer(
            source: key.source, subject: subject, isGreen: reason == .ok, outcome: tap.outcome, reason: reason, mode: mode,
            record: tap.recordID, soundNumber: soundNumber, message: message, received: received)
        turn.append(PendingTap(tap: tap, answer: answer, key: key))
        effects.append(.store(tap))
    }

    /// The rows that the turn's taps were stored under have come: now, and only now, the riders see their lights.
    mutating func answerTurn(rows: [Int64]) {
        for (pending, row) in zip(turn, rows) {
            let tap = pending.tap
            repeatGuard.remember(
                pending.key,
                RepeatGuard.Entry(
                    isGreen: pending.answer.isGreen, reason: tap.reason, record: tap.recordID, at: tap.stamp.instant))
            if let used = tap.usedTicket { usedTickets.insert(used) }
            records += tap.pending.count
            uploads.add(tap.uploads(row: row))
            effects.append(.answer(pending.answer))
        }
        turn = []
    }

    mutating func refuseTurn(because reason: String) {
        for pending in turn {
            answerOutOfService(pending.answer.source, pending.answer.subject, received: pending.answer.received)
        }
        turn = []
        notice(.error, "out of service: no record can be kept: \(reason)")
    }

    private mutating func answerOutOfService(_ source: SourceIndex, _ subject: Subject, received: Instant) {
        effects.append(
            .answer(
                Answer(
                    source: source, subject: subject, isGreen: false, outcome: .refused, reason: .outOfService, mode: .offline,
                    record: nil, received: received)))
    }

    private func usedTicket(_ subject: Subject) -> UsedTicket? {
        guard case .ticket(let payload) = subject, let sealed = codec.unverified(payload), sealed.ticket.kind == .singleRide
        else { return nil }
        return UsedTicket(bytes: sealed.bytes, expires: sealed.ticket.end + policy.ticketSkew)
    }
}
