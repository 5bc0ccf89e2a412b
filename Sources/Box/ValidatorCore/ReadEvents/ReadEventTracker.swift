import Base
import ReadEvents

/// Makes read events of reads: which cards are at which reader, since when, and when each has gone.
///
/// A visit is over when its reader, working all the while, has not seen the card for the whole timeout. A reader that cannot look
/// proves nothing: its visits stay open, and after its return each has the whole timeout anew. Only `Limits.readerOutage` after
/// it would have ended otherwise a visit is closed whatever became of the reader. A card on two readers has two visits.
///
/// A visit that begins or ends is an effect at once; the outbox hears of it with the next deferred commit, so that the next
/// start can close what this run left open.
struct ReadEventTracker: Sendable {
    private struct Reader {
        var id: String
        var timeout: Duration
        var countsEverySighting: Bool
        var isWorking = true
        /// The end of the last outage.
        var workingSince = Instant(nanoseconds: .min)
    }

    private var readers: [Reader]
    private var field: ReadEventField
    /// Visits that the run before left open, the first to be closed last.
    private var earlier: [OngoingReading]
    /// Of the visits that the run before left open, how many were to readers that are no longer configured.
    private var orphans = 0
    /// Time here never runs backwards, whatever order events come in.
    private var latest: Instant
    private var isCrowded = false

    // A round of noting last reads in the outbox, in slices; see `Limits.readingNoteInterval`.
    private var nextNote: Instant
    private var roundBegan: Instant
    private var noteFrom = 0

    /// - Parameters:
    ///   - sources: readers first.
    ///   - earlier: what the last run left open, in the order in which it is to be closed.
    init(sources: [Policy.Source], earlier: [OngoingReading], at now: Instant) {
        readers = sources.filter(\.isReader).map {
            Reader(id: $0.id, timeout: $0.readEventTimeout, countsEverySighting: $0.countsEverySighting)
        }
        self.earlier = earlier.reversed()
        field = ReadEventField(readers: readers.count, taken: earlier.map(\.row))
        (latest, nextNote, roundBegan) = (now, now, now)
    }

    /// When `work` has something to do.
    var nextDeadline: Instant? {
        guard earlier.isEmpty else { return latest }
        var deadline = field.unnotedCount > 0 ? nextNote : nil
        for reader in readers.indices {
            guard let oldest = field.oldest(on: reader) else { continue }
            let end = end(lastSeen: oldest.lastSeen, on: reader)
            deadline = min(deadline ?? end, end)
        }
        return deadline
    }

    // MARK: Events in

    /// - Parameters:
    ///   - isEntry: the card has just come into the field of a reader that we poll, or a reader that reports by itself says so.
    ///   - wall: the best known calendar at `now`.
    mutating func read(
        _ tid: [UInt8], on reader: SourceIndex, isEntry: Bool, at now: Instant, wall: WallTime,
        ids: inout any UnpredictableGenerator, effects: inout [Effect]
    ) {
        latest = max(latest, now)
        let timeout = readers[reader].timeout
        guard timeout > .zero else {
            guard isEntry || readers[reader].countsEverySighting else { return }
            let read = ReadEvent(
                kind: .read, id: .version7(at: wall, using: &ids), tid: tid, reader: reader, firstRead: wall, lastRead: wall,
                timeout: timeout)
            effects.append(.publish([read], isFromEarlierRun: false))
            return
        }
        var events: [ReadEvent] = []
        if let place = field.place(of: tid, on: reader), let card = field[place] {
            guard end(lastSeen: card.lastSeen, on: reader) <= latest else { return see(place) }
            close(place, &events, &effects)
        }
        if field.count >= Limits.ongoingReadings { makeRoom(&events, &effects) }
        let card = ReadEventField.Card(
            id: .version7(at: wall, using: &ids), tid: tid, reader: reader, firstRead: wall, firstSeen: latest,
            lastSeen: latest)
        let row = field.insert(card)
        events.append(
            ReadEvent(
                kind: .firstRead, id: card.id, tid: tid, reader: reader, firstRead: wall, lastRead: wall, timeout: timeout))
        effects.append(.publish(events, isFromEarlierRun: false))
        let kept = OngoingReading(
            row: row, id: card.id, tid: tid, reader: readers[reader].id, firstRead: wall, lastRead: wall, timeout: timeout)
        effects.append(.outbox(.readingOpened(kept)))
    }

    /// A reader stopped or began to answer as it should.
    mutating func set(_ reader: SourceIndex, isWorking: Bool, at now: Instant) {
        latest = max(latest, now)
        guard readers[reader].isWorking != isWorking else { return }
        readers[reader].isWorking = isWorking
        if isWorking { readers[reader].workingSince = latest }
    }

    /// Closes what is due, some of it, and notes last reads; to be called whenever `nextDeadline` has come. What is left of a
    /// crowd that goes at once is due at once, so that nobody at a reader waits for it.
    mutating func work(at now: Instant, effects: inout [Effect]) {
        latest = max(latest, now)
        closeEarlier(&effects)
        var events: [ReadEvent] = []
        while events.count < Limits.readEventsPerTurn, let place = nextToEnd() { close(place, &events, &effects) }
        if !events.isEmpty { effects.append(.publish(events, isFromEarlierRun: false)) }
        noteSome(&effects)
    }

    /// The program is about to end: the outbox is to know every last read exactly.
    mutating func stop(effects: inout [Effect]) {
        _ = note(limit: .max, from: 0, &effects)
    }

    // MARK: The end of a visit

    private func end(lastSeen: Instant, on reader: SourceIndex) -> Instant {
        let state = readers[reader]
        let latest = lastSeen + state.timeout + Limits.readerOutage
        return state.isWorking ? min(max(lastSeen, state.workingSince) + state.timeout, latest) : latest
    }

    /// The first to end of those that are due; on the reader that stands first in the configuration where two are due together.
    private func nextToEnd() -> Int? {
        var first: (end: Instant, place: Int)?
        for reader in readers.indices {
            guard let oldest = field.oldest(on: reader) else { continue }
            let end = end(lastSeen: oldest.lastSeen, on: reader)
            if end <= latest, end < first?.end ?? Instant(nanoseconds: .max) { first = (end, oldest.place) }
        }
        return first?.place
    }

    private mutating func close(_ place: Int, _ events: inout [ReadEvent], _ effects: inout [Effect]) {
        guard let card = field.remove(place) else { return }
        events.append(
            ReadEvent(
                kind: .readTimeout, id: card.id, tid: card.tid, reader: card.reader, firstRead: card.firstRead,
                lastRead: card.lastRead, timeout: readers[card.reader].timeout))
        effects.append(.outbox(.readingClosed(row: place)))
        if isCrowded, field.count < Limits.ongoingReadings / 2 { isCrowded = false }
    }

    /// There are more cards than can be followed.
    private mutating func makeRoom(_ events: inout [ReadEvent], _ effects: inout [Effect]) {
        if !isCrowded {
            isCrowded = true
            let text = """
                read events: more than \(Limits.ongoingReadings) cards at the readers; the visits of those unseen longest are \
                closed early: turn the readers' power down
                """
            effects.tell(.warning, text)
        }
        guard earlier.isEmpty else { return closeEarlier(&effects) }
        let oldest = readers.indices.compactMap { field.oldest(on: $0) }.min { $0.lastSeen < $1.lastSeen }
        if let oldest { close(oldest.place, &events, &effects) }
    }

    /// Visits that the last run left open end when it last saw the card.
    private mutating func closeEarlier(_ effects: inout [Effect]) {
        guard !earlier.isEmpty else { return }
        var events: [ReadEvent] = []
        for _ in 0..<min(Limits.readEventsPerTurn, earlier.count) {
            let reading = earlier.removeLast()
            field.release(reading.row)
            effects.append(.outbox(.readingClosed(row: reading.row)))
            guard let reader = readers.firstIndex(where: { $0.id == reading.reader }) else {
                orphans += 1
                continue
            }
            events.append(
                ReadEvent(
                    kind: .readTimeout, id: reading.id, tid: reading.tid, reader: reader, firstRead: reading.firstRead,
                    lastRead: reading.lastRead, timeout: reading.timeout))
        }
        if !events.isEmpty { effects.append(.publish(events, isFromEarlierRun: true)) }
        if earlier.isEmpty, orphans > 0 {
            let text = "read events: \(orphans) open visits to readers that are no longer configured are dropped, unpublished"
            effects.tell(.warning, text)
        }
    }

    // MARK: What the outbox knows

    private mutating func see(_ place: Int) {
        if field.unnotedCount == 0 { (noteFrom, nextNote) = (0, latest + Limits.readingNoteInterval) }
        field.see(place, at: latest)
    }

    /// In the order of the rows, so that a slice of a round dirties few pages.
    private mutating func noteSome(_ effects: inout [Effect]) {
        guard field.unnotedCount > 0, nextNote <= latest else { return }
        if noteFrom == 0 { roundBegan = latest }
        noteFrom = note(limit: Limits.notedReadings, from: noteFrom, &effects)
        if noteFrom == field.placeCount { noteFrom = 0 }
        nextNote = latest + Limits.readingNotePause
        if noteFrom == 0 { nextNote = max(nextNote, roundBegan + Limits.readingNoteInterval) }
    }

    /// Returns the place behind the last one that was looked at.
    private mutating func note(limit: Int, from start: Int, _ effects: inout [Effect]) -> Int {
        var count = 0
        var place = start
        while place < field.placeCount, count < limit {
            if let card = field[place], !card.isNoted {
                effects.append(.outbox(.readingSeen(row: place, lastRead: card.lastRead)))
                field.markNoted(place)
                count += 1
            }
            place += 1
        }
        return place
    }
}

extension ReadEventField.Card {
    /// The calendar of the first read and what the monotonic clock has counted since.
    fileprivate var lastRead: WallTime { firstRead + (lastSeen - firstSeen) }
}
