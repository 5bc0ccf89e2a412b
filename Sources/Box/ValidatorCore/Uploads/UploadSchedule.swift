import Base
import PlatformAPI

/// Which upload goes next: live ones before the backlog, few at a time, and one alone while the link is in doubt.
///
/// While a backlog drains over a link that works, the number under way grows with each reply, up to four times the configured
/// one: at a round trip of 100 ms, four at a time would take a quarter of an hour for a day's records.
///
/// Nothing is lost here: the outbox holds every upload until the platform has taken it, and whatever memory drops is read again.
struct UploadSchedule: Sendable {
    enum Verdict {
        case delivered
        /// To be tried again.
        case refusedOnce
        case refusedForGood
    }

    /// Why an upload has to wait.
    private enum Cause {
        /// The link failed: a recovered link is a reason to hurry.
        case link
        /// The platform answered this one with something else than a reply. Others may fare better.
        case unusableReply
        case refusal
    }

    private struct Waiting: Sendable {
        var upload: Upload
        var due: Instant
        var cause: Cause
    }

    private let policy: Policy
    private var live: [Upload] = []
    private var backlog: [Upload] = []
    private var waiting: [Waiting] = []
    private var inFlight: [ExchangeID: Upload] = [:]
    /// Requests under way whose uploads were withdrawn: they take their place until they end.
    private var withdrawn: Set<ExchangeID> = []
    /// Everything above, so that the same upload is not read from the outbox a second time.
    private var known: Set<UploadKey> = []
    private var outboxHasMore = true
    private var rescan = true
    private var isLoading = false
    /// Of an upload that was answered with something else than a reply.
    private struct Trouble: Sendable {
        /// How often, for its own backoff.
        var count = 0
        var began: Instant
        /// From when on the time counts after which it is given up as refused.
        var countedFrom: Instant

        init(at now: Instant) { (began, countedFrom) = (now, now) }
    }

    private var troubles: [UploadKey: Trouble] = [:]
    /// Some of the uploads that were answered so since one was answered with a reply; as many as `Limits.unusableReplies` at most.
    private var failedSinceReply: Set<UploadKey> = []
    /// When an upload was last answered with a reply.
    private var lastReply: Instant?
    /// Such answers without a reply in between. Enough of them, and it is the platform that is in trouble, not the upload.
    private var unusableInARow = 0
    /// Failures of the link in a row.
    private var failures = 0
    private var notBefore: Instant?
    /// The platform asked not to be asked before.
    private var pausedUntil: Instant?
    /// How many may be under way while the link works.
    private var window: Int

    init(policy: Policy) {
        self.policy = policy
        window = policy.concurrency
    }

    /// A tap's uploads, just stored.
    mutating func add(_ uploads: [Upload]) {
        for upload in uploads {
            if live.count < Limits.liveUploads {
                live.append(upload)
                known.insert(upload.key)
            } else {
                readAgain()
            }
        }
    }

    /// A position was put into the outbox.
    mutating func noteStored() { outboxHasMore = true }

    /// The outbox holds something that its reading may have passed.
    mutating func readAgain() {
        outboxHasMore = true
        rescan = true
    }

    /// These are no longer ours to deliver. What the platform says of one that is under way does not matter any more.
    mutating func withdraw(_ keys: Set<UploadKey>) {
        live.removeAll { keys.contains($0.key) }
        backlog.removeAll { keys.contains($0.key) }
        waiting.removeAll { keys.contains($0.upload.key) }
        for (id, upload) in inFlight where keys.contains(upload.key) {
            inFlight[id] = nil
            withdrawn.insert(id)
        }
        known.subtract(keys)
        for key in keys { troubles[key] = nil }
        failedSinceReply.subtract(keys)
    }

    mutating func take(backlog found: [Upload]) {
        isLoading = false
        outboxHasMore = found.count >= Limits.backlogWindow || rescan
        for upload in found where known.insert(upload.key).inserted { backlog.append(upload) }
    }

    /// How to read on in the outbox, when that is due.
    mutating func loadIfNeeded(at now: Instant) -> (limit: Int, fromStart: Bool)? {
        guard backlog.isEmpty, outboxHasMore, !isLoading, mayTry(at: now) else { return nil }
        isLoading = true
        defer { rescan = false }
        return (Limits.backlogWindow, rescan)
    }

    /// The next upload to send, if one may go now.
    mutating func next(at now: Instant) -> Upload? {
        guard mayTry(at: now), underWay < slots else { return nil }
        if !live.isEmpty { return live.removeFirst() }
        if let upload = takeWaiting(at: now, where: { $0 != .unusableReply }) { return upload }
        // One place stays free, so that a live tap never waits behind the backlog.
        if !backlog.isEmpty { return slots == 1 || underWay < slots - 1 ? backlog.removeFirst() : nil }
        // What the platform has no answer to comes last: everything else gets through.
        return takeWaiting(at: now, where: { $0 == .unusableReply })
    }

    private mutating func takeWaiting(at now: Instant, where isMeant: (Cause) -> Bool) -> Upload? {
        waiting.firstIndex { $0.due <= now && isMeant($0.cause) }.map { waiting.remove(at: $0).upload }
    }

    mutating func sent(_ upload: Upload, as id: ExchangeID) {
        inFlight[id] = upload
    }

    /// What becomes of a sent upload that was answered; nil when `id` is none of ours.
    mutating func answered(
        _ id: ExchangeID, _ verdict: PlatformReply.Verdict, at now: Instant, using random: inout SeededGenerator
    ) -> (upload: Upload, verdict: Verdict)? {
        withdrawn.remove(id)
        guard var upload = inFlight.removeValue(forKey: id) else { return nil }
        linkWorks()
        troubles[upload.key] = nil
        noteReply(at: now)
        window = backlog.isEmpty && !outboxHasMore ? policy.concurrency : min(window + 1, policy.concurrency * Limits.drainFactor)
        if verdict.code == 0 || policy.acceptedCodes.contains(verdict.code) {
            known.remove(upload.key)
            return (upload, .delivered)
        }
        if policy.finalCodes.contains(verdict.code) || isLastRefusal(&upload) {
            known.remove(upload.key)
            return (upload, .refusedForGood)
        }
        wait(upload, .refusal, failures: upload.refusals, at: now, using: &random)
        return (upload, .refusedOnce)
    }

    private func isLastRefusal(_ upload: inout Upload) -> Bool {
        upload.refusals += 1
        return upload.refusals > policy.maximumRefusals
    }

    /// The platform can read what uploads say: those that had no reply while it had none for any are tried anew.
    private mutating func noteReply(at now: Instant) {
        lastReply = now
        if isPlatformInTrouble {
            for index in waiting.indices where waiting[index].cause == .unusableReply {
                waiting[index].due = Instant(nanoseconds: .min)
                troubles[waiting[index].upload.key]?.count = 0
            }
        }
        failedSinceReply = []
    }

    /// Many uploads have no reply and none has one: it is not for what they say.
    private var isPlatformInTrouble: Bool { failedSinceReply.count >= Limits.unusableReplies }

    /// A sent upload got no usable reply; it waits.
    ///
    /// - Returns: what becomes of it, when that is something else than to be tried again; nil too when `id` is none of ours.
    mutating func failed(
        _ id: ExchangeID, _ failure: ExchangeFailure, at now: Instant, using random: inout SeededGenerator
    ) -> (upload: Upload, verdict: Verdict)? {
        withdrawn.remove(id)
        guard let upload = inFlight.removeValue(forKey: id) else { return nil }
        if let pause = failure.retryAfter { pausedUntil = now + min(pause, Limits.retryAfter) }
        switch failure.kind {
        case .connection, .timeout:
            slowDown(at: now, using: &random)
            wait(upload, .link, failures: failures, at: now, using: &random)
            return nil
        case .status, .undecodable:
            unusableInARow += 1
            if unusableInARow >= Limits.unusableReplies { slowDown(at: now, using: &random) }
            return unusable(upload, at: now, using: &random)
        }
    }

    /// Its pauses grow to an hour while others are answered. A day of that is as good as the refusals that it takes to be kept
    /// apart; each share of the day counts as one, so that it outlives a restart.
    private mutating func unusable(
        _ refused: Upload, at now: Instant, using random: inout SeededGenerator
    ) -> (upload: Upload, verdict: Verdict)? {
        var upload = refused
        if failedSinceReply.count < Limits.unusableReplies { failedSinceReply.insert(upload.key) }
        var trouble = troubles[upload.key] ?? Trouble(at: now)
        trouble.count += 1
        let share = Limits.unusableLife / (policy.maximumRefusals + 1)
        let counts = now - trouble.countedFrom >= share && lastReply.map { $0 > trouble.countedFrom } ?? false
        if counts {
            trouble.countedFrom = now
            if isLastRefusal(&upload) {
                known.remove(upload.key)
                troubles[upload.key] = nil
                return (upload, .refusedForGood)
            }
        }
        troubles[upload.key] = trouble
        let othersGetThrough = !isPlatformInTrouble && lastReply.map { $0 > trouble.began } ?? false
        wait(
            upload, .unusableReply, failures: trouble.count,
            maximum: othersGetThrough ? Limits.unusablePause : policy.maximumBackoff, at: now, using: &random)
        return counts ? (upload, .refusedOnce) : nil
    }

    /// The link is tried with one upload at a time, not always the same, and ever more rarely.
    private mutating func slowDown(at now: Instant, using random: inout SeededGenerator) {
        failures += 1
        window = policy.concurrency
        notBefore =
            now + Backoff.delay(afterFailures: failures, base: .seconds(1), maximum: policy.maximumBackoff, using: &random)
    }

    /// Any success, a heartbeat's too, wakes the uploads at once.
    mutating func linkWorks() {
        failures = 0
        notBefore = nil
        unusableInARow = 0
        for index in waiting.indices where waiting[index].cause == .link {
            waiting[index].due = Instant(nanoseconds: .min)
        }
    }

    /// When the next upload may go that cannot go now.
    func nextDeadline(at now: Instant) -> Instant? {
        if let earliest, earliest > now { return hasWork ? earliest : nil }
        guard underWay < slots else { return nil }
        // One that is due and was not sent waits for others, which report; a deadline that has passed would keep the loop spinning.
        return waiting.map(\.due).filter { $0 > now }.min()
    }

    private var hasWork: Bool { !live.isEmpty || !backlog.isEmpty || !waiting.isEmpty || outboxHasMore }
    private var underWay: Int { inFlight.count + withdrawn.count }
    private var slots: Int { failures > 0 ? 1 : window }

    private func mayTry(at now: Instant) -> Bool {
        earliest.map { $0 <= now } ?? true
    }

    private var earliest: Instant? {
        guard let notBefore, let pausedUntil else { return notBefore ?? pausedUntil }
        return max(notBefore, pausedUntil)
    }

    private mutating func wait(
        _ upload: Upload, _ cause: Cause, failures: Int, maximum: Duration? = nil, at now: Instant,
        using random: inout SeededGenerator
    ) {
        guard waiting.count < Limits.waitingUploads else {
            known.remove(upload.key)
            troubles[upload.key] = nil
            readAgain()
            return
        }
        let delay = Backoff.delay(
            afterFailures: failures, base: .seconds(1), maximum: maximum ?? policy.maximumBackoff, using: &random)
        waiting.append(Waiting(upload: upload, due: now + delay, cause: cause))
    }
}
