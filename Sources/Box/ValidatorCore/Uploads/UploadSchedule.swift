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
    /// How often each was answered with something else than a reply, for its own backoff.
    private var unusableReplies: [UploadKey: Int] = [:]
    /// Such answers without a reply in between. Enough of them, and it is the platform that is in trouble, not the upload.
    private var unusableInARow = 0
    /// Failures of the link in a row.
    private var failures = 0
    private var notBefore: Instant?
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
        for key in keys { unusableReplies[key] = nil }
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
        unusableReplies[upload.key] = nil
        window = backlog.isEmpty && !outboxHasMore ? policy.concurrency : min(window + 1, policy.concurrency * Limits.drainFactor)
        if verdict.code == 0 || policy.acceptedCodes.contains(verdict.code) {
            known.remove(upload.key)
            return (upload, .delivered)
        }
        upload.refusals += 1
        if policy.finalCodes.contains(verdict.code) || upload.refusals > policy.maximumRefusals {
            known.remove(upload.key)
            return (upload, .refusedForGood)
        }
        wait(upload, .refusal, failures: upload.refusals, at: now, using: &random)
        return (upload, .refusedOnce)
    }

    /// A sent upload got no usable reply; it waits.
    mutating func failed(
        _ id: ExchangeID, _ kind: ExchangeFailure.Kind, at now: Instant, using random: inout SeededGenerator
    ) {
        withdrawn.remove(id)
        guard let upload = inFlight.removeValue(forKey: id) else { return }
        switch kind {
        case .connection, .timeout:
            slowDown(at: now, using: &random)
            wait(upload, .link, failures: failures, at: now, using: &random)
        case .status, .undecodable:
            unusableInARow += 1
            if unusableInARow >= Limits.unusableReplies { slowDown(at: now, using: &random) }
            let count = unusableReplies[upload.key, default: 0] + 1
            unusableReplies[upload.key] = count
            wait(upload, .unusableReply, failures: count, at: now, using: &random)
        }
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
        if let notBefore, notBefore > now { return hasWork ? notBefore : nil }
        guard underWay < slots else { return nil }
        // One that is due and was not sent waits for others, which report; a deadline that has passed would keep the loop spinning.
        return waiting.map(\.due).filter { $0 > now }.min()
    }

    private var hasWork: Bool { !live.isEmpty || !backlog.isEmpty || !waiting.isEmpty || outboxHasMore }
    private var underWay: Int { inFlight.count + withdrawn.count }
    private var slots: Int { failures > 0 ? 1 : window }

    private func mayTry(at now: Instant) -> Bool {
        notBefore.map { $0 <= now } ?? true
    }

    private mutating func wait(
        _ upload: Upload, _ cause: Cause, failures: Int, at now: Instant, using random: inout SeededGenerator
    ) {
        guard waiting.count < Limits.waitingUploads else {
            known.remove(upload.key)
            unusableReplies[upload.key] = nil
            readAgain()
            return
        }
        let delay = Backoff.delay(afterFailures: failures, base: .seconds(1), maximum: policy.maximumBackoff, using: &random)
        waiting.append(Waiting(upload: upload, due: now + delay, cause: cause))
    }
}
