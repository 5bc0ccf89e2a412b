import Base

/// Which tags are in a UHF reader's field, so that each is one tap however often it is reported.
///
/// A tag that a round of the inventory missed is not gone: tags come and go in the field's nulls, and behind hands. It is
/// gone when several rounds in a row did not find it, over a while. What the reader did not look for does not count, so an
/// outage of the reader is no departure either. Every call takes the same short time, whatever is in the field.
struct TagPresence: Sendable {
    /// A tag is gone after so many whole rounds without it, since a round through thousands of tags takes long ...
    static let minimumMisses = 2
    /// ... which reach over so long a time: longer than a hand or a null hides a tag, shorter than anybody needs to go and
    /// come back.
    static let minimumAbsence = Duration.seconds(2)
    /// One that was seen longest ago is forgotten when there are more.
    static let limit = 10_000

    /// A moment of looking: the rounds until then, and the time in which the reader looked.
    private struct Moment {
        var rounds = 0
        var looked = Duration.zero
    }

    private struct Tag {
        var uid: [UInt8]
        /// The end of the round that reported it last.
        var seen: Moment
    }

    private var tags = LeastRecentlyUsedCache<[UInt8], Tag>(capacity: limit)
    /// The end of the last whole round; nil when the reader has not looked since.
    private var lookedUntil: Instant?
    private var now = Moment()
    /// What was missed until then proves nothing.
    private var interruption = Moment()

    /// Takes a report. The UID under which the tag was told, if it was there already; nil when it has just come.
    mutating func reported(epc: [UInt8]) -> [UInt8]? {
        guard let tag = tags.value(for: epc) else { return nil }
        let misses = now.rounds - max(tag.seen.rounds, interruption.rounds)
        let absence = now.looked - max(tag.seen.looked, interruption.looked)
        guard misses < Self.minimumMisses || absence < Self.minimumAbsence else { return nil }
        tell(epc: epc, uid: tag.uid)
        return tag.uid
    }

    /// The tag is there, and was told under this UID.
    mutating func tell(epc: [UInt8], uid: [UInt8]) {
        tags.store(Tag(uid: uid, seen: Moment(rounds: now.rounds + 1, looked: now.looked)), for: epc)
    }

    /// A round is over that has reported whatever it found.
    mutating func roundEnded(at instant: Instant) {
        if let lookedUntil { now.looked += instant - lookedUntil }
        lookedUntil = instant
        now.rounds += 1
    }

    /// The reader was not able to look.
    mutating func interrupted() {
        lookedUntil = nil
        interruption = now
    }
}
