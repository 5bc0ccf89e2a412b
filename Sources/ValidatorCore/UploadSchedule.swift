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

    private struct Waiting: Sendable {
        var upload: Upload
        var due: Instant
        /// Refused, not lost: a recovered link is no reason to hurry.
        var isRefused: Bool
    }

    private let policy: Policy
    private var live: [Upload] = []
    private var backlog: [Upload] = []
    private var waiting: [Waiting] = []
    private var inFlight: [ExchangeID: Upload] = [:]
    /// Everything above, so that the same upload is not read from the outbox a second time.
    private var known: Set<UploadKey> = []
    private var outboxHasMore = true
    private var rescan = true
    private var isLoading = false
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
        guard mayTry(at: now), inFlight.count < slots else { return nil }
        if !live.isEmpty { return live.removeFirst() }
        if let index = waiting.firstIndex(where: { $0.due <= now }) { return waiting.remove(at: index).upload }
        // One place stays free, so that a live tap never waits behind the backlog.
        guard !backlog.isEmpty, slots == 1 || inFlight.count < slots - 1 else { return nil }
        return backlog.removeFirst()
    }

    mutating func sent(_ upload: Upload, as id: ExchangeID) {
        inFlight[id] = upload
    }

    /// What becomes of a sent upload that was answered; nil when `id` is none of ours.
    mutating func answered(
        _ id: ExchangeID, _ verdict: PlatformReply.Verdict, at now: Instant, using random: inout SeededGenerator
    ) -> (upload: Upload, verdict: Verdict)? {
        guard var upload = inFlight.removeValue(forKey: id) else { return nil }
        linkWorks()
        window = backlog.isEmpty ? policy.concurrency : min(window + 1, policy.concurrency * Limits.drainFactor)
        if verdict.code == 0 || policy.acceptedCodes.contains(verdict.code) {
            known.remove(upload.key)
            return (upload, .delivered)
        }
        upload.refusals += 1
        if policy.finalCodes.contains(verdict.code) || upload.refusals > policy.maximumRefusals {
            known.remove(upload.key)
            return (upload, .refusedForGood)
        }
        wait(upload, isRefused: true, failures: upload.refusals, at: now, using: &random)
        return (upload, .refusedOnce)
    }

    /// A sent upload got no usable reply. It waits; the link is tried with one upload at a time, not always the same.
    mutating func failed(_ id: ExchangeID, at now: Instant, using random: inout SeededGenerator) {
        guard let upload = inFlight.removeValue(forKey: id) else { return }
        failures += 1
        window = policy.concurrency
        notBefore = now + Backoff.delay(afterFailures: failures, base: .seconds(1), maximum: policy.maximumBackoff, using: &random)
        wait(upload, isRefused: false, failures: failures, at: now, using: &random)
    }

    /// Any success, a heartbeat's too, wakes the uploads at once.
    mutating func linkWorks() {
        failures = 0
        notBefore = nil
        for index in waiting.indices where !waiting[index].isRefused {
            waiting[index].due = Instant(nanoseconds: .min)
        }
    }

    /// When the next upload may go that cannot go now.
    func nextDeadline(at now: Instant) -> Instant? {
        if let notBefore, notBefore > now { return hasWork ? notBefore : nil }
        guard inFlight.count < slots else { return nil }
        return waiting.map(\.due).min()
    }

    private var hasWork: Bool { !live.isEmpty || !backlog.isEmpty || !waiting.isEmpty || outboxHasMore }
    private var slots: Int { failures > 0 ? 1 : window }

    private func mayTry(at now: Instant) -> Bool {
        notBefore.map { $0 <= now } ?? true
    }

    private mutating func wait(
        _ upload: Upload, isRefused: Bool, failures: Int, at now: Instant, using random: inout SeededGenerator
    ) {
        guard waiting.count < Limits.waitingUploads else {
            known.remove(upload.key)
            readAgain()
            return
        }
        let delay = Backoff.delay(afterFailures: failures, base: .seconds(1), maximum: policy.maximumBackoff, using: &random)
        waiting.append(Waiting(upload: upload, due: now + delay, isRefused: isRefused))
    }
}
