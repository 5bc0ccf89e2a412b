import Base
import Fares
import PlatformAPI

/// A rider at the reader or the scanner: from the tap to the record.
extension Validator {
    /// How a tap comes to its decision.
    private enum Way {
        /// It needs none: the card function is off, or the UID is no number.
        case settled(Reason)
        case byBox
        case byPlatform
    }

    mutating func presentCard(
        _ uid: [UInt8], to reader: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        guard policy.sources[reader].decides, case .reader(let profile) = policy.sources[reader].kind else { return }
        if let card = profile.number(uid: uid) {
            let way = way(isEnabled: state.modes.cardsEnabled, asksPlatform: state.modes.cardCheck == .online)
            present(.card(card), uid, to: reader, way, at: moment, outbox: outbox, effects: &effects)
        } else if let raw = CardNumberProfile.standIn(for: uid) {
            present(.card(raw), uid, to: reader, .settled(.unreadableCard), at: moment, outbox: outbox, effects: &effects)
        }
    }

    mutating func presentTicket(
        _ scanned: [UInt8], to scanner: SourceIndex, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        let payload = TicketReader.code(in: scanned)
        guard policy.sources[scanner].decides, !payload.isEmpty else { return }
        let asksPlatform = state.modes.ticketCheck == .online || isPlatformCode(payload)
        let way = way(isEnabled: state.modes.ticketsEnabled, asksPlatform: asksPlatform)
        present(.ticket(payload), [], to: scanner, way, at: moment, outbox: outbox, effects: &effects)
    }

    private func way(isEnabled: Bool, asksPlatform: Bool) -> Way {
        isEnabled ? asksPlatform ? .byPlatform : .byBox : .settled(.functionOff)
    }

    /// A code that no codec knows, and that may be one of the platform's own (`tickets.unknown`).
    func isPlatformCode(_ payload: [UInt8]) -> Bool {
        policy.unknownTickets == .online && payload.count <= Limits.platformCode && tickets.kind(of: payload) == nil
    }

    private func isPlatformCode(_ subject: Subject) -> Bool {
        if case .ticket(let payload) = subject { isPlatformCode(payload) } else { false }
    }

    private mutating func present(
        _ subject: Subject, _ uid: [UInt8], to source: SourceIndex, _ way: Way, at moment: Moment, outbox: OutboxCounts,
        effects: inout [Effect]
    ) {
        let key = repeatKey(subject, source: source)
        guard !desk.answersRepeat(key, subject, at: moment.instant, effects: &effects) else {
            if case .answer(let answer) = effects.last, answer.outcome == .repeated { noteRepeat(answer, of: uid) }
            return
        }
        let presentation = Presentation(
            key: key, subject: subject, uid: uid, bookingID: newID(at: moment), received: moment.instant)
        switch way {
        case .settled(let reason):
            record(
                DecidedTap(presentation: presentation, reason: reason, mode: .offline), at: moment, outbox: outbox,
                effects: &effects)
        case .byBox: decide(presentation, .offline, at: moment, outbox: outbox, effects: &effects)
        case .byPlatform: ask(presentation, at: moment, outbox: outbox, effects: &effects)
        }
    }

    /// Two scans of one ticket in different case are the same ticket.
    private func repeatKey(_ subject: Subject, source: SourceIndex) -> RepeatGuard.Key {
        guard case .ticket(let payload) = subject else { return RepeatGuard.Key(source: source, subject: subject) }
        if let ticket = tickets.unverified(payload) { return RepeatGuard.Key(source: source, subject: .ticket(ticket.name)) }
        guard payload.count > Limits.unknownCode else { return RepeatGuard.Key(source: source, subject: subject) }
        let rest = XXHash64.checksum(of: payload)
        let hash = (0..<8).map { UInt8(truncatingIfNeeded: rest >> (8 * $0)) }
        return RepeatGuard.Key(source: source, subject: .ticket(payload.prefix(Limits.unknownCode) + hash))
    }

    /// Nothing is known of what no codec reads but its text: a screen full of it is not worth more room than a ride.
    private func isJunk(_ subject: Subject) -> Bool {
        if case .ticket(let payload) = subject { tickets.unverified(payload) == nil } else { false }
    }

    /// What the record of a refusal keeps of it; that of a ride keeps all, since by it the fare is claimed.
    private func kept(_ subject: Subject) -> Subject {
        guard case .ticket(let payload) = subject, payload.count > Limits.unknownCode, isJunk(subject) else { return subject }
        var count = Limits.unknownCode
        // Not within a character, or the rest would be no text.
        if String(scannedCode: payload) != nil { while payload[count] & 0xC0 == 0x80 { count -= 1 } }
        return .ticket(Array(payload.prefix(count)))
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
        desk.remember(repeatKey(tap.subject, source: source), tap, isGreen: tap.outcome == .accepted, at: at)
    }

    // MARK: Asking the platform (reading 11)

    private mutating func ask(
        _ presentation: Presentation, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        let isPlatformCode = isPlatformCode(presentation.subject)
        if isPlatformCode {
            switch desk.mayAskAboutPlatformCode(from: presentation.key.source, link, at: moment.instant) {
            case .allowed: break
            case .platformUnreachable: return decide(presentation, .fallback, at: moment, outbox: outbox, effects: &effects)
            case .isJunk:
                // Nobody meant to ask, so that the platform is not to blame.
                let decision = DecidedTap(presentation: presentation, reason: .malformedTicket, mode: .offline)
                return record(decision, at: moment, outbox: outbox, effects: &effects)
            }
        } else if !desk.mayAsk(link, at: moment.instant) {
            return decide(presentation, .fallback, at: moment, outbox: outbox, effects: &effects)
        }
        guard desk.hasRoom(outbox) else {
            return desk.answerOutOfService(
                presentation.key.source, presentation.subject, received: moment.instant, effects: &effects)
        }
        let content = PlatformRequest.Content.check(
            presentation.subject, .online, position: position(at: moment.instant), time: clock.reading(at: moment).wall)
        let id = link.send(
            content, as: presentation.bookingID, for: isPlatformCode ? .platformCodeCheck : .check,
            timeout: policy.onlineTimeout, effects: &effects)
        desk.wait(presentation, for: id, isPlatformCode: isPlatformCode)
        noteQuestion(presentation)
    }

    mutating func finishCheck(
        _ id: ExchangeID, _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment, outbox: OutboxCounts,
        effects: inout [Effect]
    ) {
        guard let presentation = desk.endCheck(id, result, at: moment.instant) else { return }
        guard case .success(.check(let reply)) = result, !policy.fallbackCodes.contains(reply.verdict.code) else {
            return decide(presentation, .fallback, at: moment, outbox: outbox, effects: &effects)
        }
        if reply.verdict.code == 0, isPlatformCode(presentation.subject) {
            desk.giveBackQuestion(of: presentation.key.source)
        }
        record(
            DecidedTap(
                presentation: presentation, reason: reply.verdict.code == 0 ? .ok : .refusedByPlatform, mode: .online,
                soundNumber: reply.soundNumber, message: reply.verdict.message),
            at: moment, outbox: outbox, effects: &effects)
    }

    mutating func decideOverdueChecks(at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]) {
        for presentation in desk.takeOverdue(at: moment.instant) {
            decide(presentation, .fallback, at: moment, outbox: outbox, effects: &effects)
        }
    }

    // MARK: The record

    private mutating func decide(
        _ presentation: Presentation, _ mode: DecisionMode, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        let reason = offlineReason(for: presentation.subject, at: moment)
        record(
            DecidedTap(presentation: presentation, reason: reason, mode: mode), at: moment, outbox: outbox, effects: &effects)
    }

    /// A decision is recorded, unless another chip of the same rider stands for it, or still may.
    private mutating func record(
        _ decision: DecidedTap, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]
    ) {
        if let decision = settleInGroup(decision, at: moment) {
            keep(decision, at: moment, outbox: outbox, effects: &effects)
        }
        presentNextChip(on: decision.presentation.key.source, at: moment, outbox: outbox, effects: &effects)
    }

    /// The record of a decision is part of this turn's commit.
    mutating func keep(_ decision: DecidedTap, at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]) {
        let (presentation, reason, mode) = (decision.presentation, decision.reason, decision.mode)
        let subject = reason == .ok ? presentation.subject : kept(presentation.subject)
        let received = presentation.received
        guard desk.hasRoom(outbox) else {
            return desk.answerOutOfService(presentation.key.source, subject, received: received, effects: &effects)
        }
        if reason != .ok {
            var refusal = decision
            refusal.presentation.subject = subject
            let isRecorded = desk.recordsRefusal(
                refusal, isJunk: isJunk(subject), outbox, at: moment.instant, effects: &effects)
            guard isRecorded else { return }
        }
        var pending: UploadParts = []
        if mode != .online {
            pending.insert(.log)
            if reason == .ok, policy.offlineUploads == .checkAndLog { pending.insert(.booking) }
        }
        // The time of the tap, not of a decision that waited for the platform.
        let tapped = Moment(instant: received, system: moment.system - (moment.instant - received))
        let tap = Tap(
            logID: newID(at: moment), bookingID: presentation.bookingID, source: policy.sources[presentation.key.source].id,
            subject: subject, outcome: reason == .ok ? .accepted : .refused, reason: reason, mode: mode,
            stamp: stamp(at: tapped), position: position(at: moment.instant), pending: pending,
            usedTicket: reason == .ok ? usedTicket(subject) : nil)
        desk.record(tap, of: decision, effects: &effects)
    }

    private func usedTicket(_ subject: Subject) -> UsedTicket? {
        guard case .ticket(let payload) = subject else { return nil }
        return tickets.unverified(payload)?.whenUsed(skew: policy.tickets.skew)
    }
}
