import Base

/// The chips that lie together on a reader that polls (a bank card with a second chip, a wallet): one rider, and one tap, of the
/// first of them that may ride. The reader finds them by turns, one at each poll.
///
/// A refusal is held back until it is clear that no other chip turns up. A chip that another one has made superfluous is kept in mind:
/// if it stays while the other has gone, it was the next rider's.
struct ChipGroup: Sendable {
    /// Chips of one card take turns from the first poll on. The group takes in what comes until its first chip was found so often again ...
    static let readsAlone = 2
    /// ... or for so long: whoever comes later is another rider, though the first card be still there. So long at most a refusal waits.
    static let patience = Duration.milliseconds(150)
    /// What was not seen for so long lies beside nothing any more. A reader that searches for 100 ms finds both chips within it.
    static let joiningTime = Duration.milliseconds(200)
    /// A chip that is still there so long after the one that counted was seen is another rider's: that one has gone.
    static let separation = Duration.milliseconds(300)

    enum Verdict { case undecided, accepted, refused }

    /// A tap that was refused and is not recorded yet.
    struct HeldRefusal {
        var decision: DecidedTap
        var due: Instant
    }

    /// A chip that has no tap of its own.
    private struct Companion {
        var uid: [UInt8]
        /// It was looked at, and may not ride either.
        var isRefused: Bool
    }

    private let began: Instant
    /// Whose tap is the group's.
    private var lead: [UInt8]
    /// How often it was found again.
    private var leadReads = 0
    private var lastSeen: [[UInt8]: Instant]
    private var companions: [Companion] = []
    private(set) var verdict = Verdict.undecided
    private(set) var held: HeldRefusal?
    /// The platform is asked about one of them.
    var isAsking = false

    init(lead: [UInt8], at now: Instant) {
        self.lead = lead
        began = now
        lastSeen = [lead: now]
    }

    func contains(_ uid: [UInt8]) -> Bool { lastSeen[uid] != nil }

    /// Whether a chip that comes now belongs to these.
    func takesIn(_ uid: [UInt8], at now: Instant) -> Bool {
        let isOpen = leadReads < Self.readsAlone && now - began < Self.patience
        return lastSeen.values.contains { now - $0 < Self.joiningTime } && (contains(uid) || isOpen)
    }

    /// When the held refusal is to be recorded; nil while the platform may still let another chip ride.
    var due: Instant? { isAsking ? nil : held?.due }

    // MARK: Chips that come and stay

    /// A chip has come. True when it is to be looked at now.
    mutating func joins(_ uid: [UInt8], at now: Instant) -> Bool {
        lastSeen[uid] = now
        if uid == lead { return held == nil }
        companions.removeAll { $0.uid == uid }
        guard !isAsking, held != nil || verdict == .refused else {
            companions.append(Companion(uid: uid, isRefused: false))
            return false
        }
        return true
    }

    /// What a further read of a chip shows.
    enum Sight { case nothing, refusedChipIsAlone, otherRider }

    mutating func seen(_ uid: [UInt8], at now: Instant) -> Sight {
        guard contains(uid) else { return .nothing }
        lastSeen[uid] = now
        if uid == lead {
            leadReads += 1
            return held != nil && !isAsking && leadReads >= Self.readsAlone ? .refusedChipIsAlone : .nothing
        }
        let isSuperfluous = companions.contains { $0.uid == uid }
        let leadWasSeen = lastSeen[lead] ?? now
        return isSuperfluous && !isAsking && held == nil && now - leadWasSeen >= Self.separation ? .otherRider : .nothing
    }

    // MARK: What became of them

    /// One of them may ride: whatever was held back is forgotten.
    mutating func accept(_ uid: [UInt8]) {
        (lead, verdict, held) = (uid, .accepted, nil)
        companions.removeAll { $0.uid == uid }
    }

    /// One of them may not ride. True when that is no news, since it stands for the group already.
    mutating func refuse(_ uid: [UInt8]) -> Bool {
        guard uid != lead, held != nil || verdict == .refused else {
            (lead, verdict) = (uid, .refused)
            return false
        }
        companions.append(Companion(uid: uid, isRefused: true))
        return true
    }

    /// The first refusal waits for a chip that may ride.
    mutating func hold(_ decision: DecidedTap, at now: Instant) {
        if lead != decision.presentation.uid { (lead, leadReads) = (decision.presentation.uid, 0) }
        held = HeldRefusal(decision: decision, due: now + Self.patience)
    }

    /// The refusal that is to be recorded now.
    mutating func takeHeld() -> DecidedTap? {
        guard let held else { return nil }
        (self.held, verdict) = (nil, .refused)
        return held.decision
    }

    /// The next chip that nobody has looked at, where those before it may not ride.
    mutating func nextUntried() -> [UInt8]? {
        guard verdict != .accepted, let index = companions.firstIndex(where: { !$0.isRefused }) else { return nil }
        return companions.remove(at: index).uid
    }
}
