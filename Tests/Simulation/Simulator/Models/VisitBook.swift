import Base
import ReadEvents
import ValidatorCore

/// Which cards are in which reader's field, told from outside, and what a subscriber was told of it.
struct VisitBook {
    private struct Place: Hashable {
        var reader: SourceIndex
        var tid: [UInt8]
    }

    private struct Visit {
        var id: UniqueID
        var place: Place
        var firstRead: WallTime
        var opened: Instant
        var lastSeen: Instant

        /// The last read as the interface tells it.
        var lastRead: WallTime { firstRead + (lastSeen - opened) }
    }

    /// A visit that its life of the box did not see end.
    private struct Left {
        var visit: Visit
        /// It was on disk for so long that the next life must close it.
        var isSure: Bool
        /// So much older than the truth its last read may be; nil: any.
        var lag: Duration?
    }

    /// What is to be written sooner or later is written so soon on a sound disk.
    private static let savedWithin = Duration.milliseconds(1500)
    /// A visit ends so long after its time at the latest.
    private static let tolerance = Duration.seconds(1)

    private let timeouts: [Duration]
    private let countsEverySighting: [Bool]
    private let isFollowed: Bool
    private var isWorking: [Bool]
    private var workingSince: [Instant]
    private var open: [Place: Visit] = [:]
    private var left: [UniqueID: Left] = [:]
    /// Ends that the next life may tell once more, since the outbox may not know them.
    private var ended: [UniqueID: (visit: Visit, at: Instant)] = [:]
    private var mayEndAgain: [UniqueID: Visit] = [:]
    /// Every visit there was.
    private var known: Set<UniqueID> = []
    /// Who is read in this moment.
    private var reading: (place: Place, isEntry: Bool)?
    private(set) var count = 0
    private(set) var findings: [Finding] = []

    init(sources: [Policy.Source], isFollowed: Bool) {
        self.isFollowed = isFollowed
        timeouts = sources.map(\.readEventTimeout)
        countsEverySighting = sources.map(\.countsEverySighting)
        isWorking = sources.map { _ in true }
        workingSince = sources.map { _ in Instant(nanoseconds: .min) }
    }

    mutating func takeFindings() -> [Finding] {
        defer { findings = [] }
        return findings
    }

    private mutating func report(_ detail: String) {
        findings.append(Finding(promise: .visitsArePaired, detail: detail))
    }

    // MARK: The world

    /// The card is read; what the box tells of it comes before `readIsOver`.
    mutating func read(_ tid: [UInt8], at reader: SourceIndex, _ now: Instant, isEntry: Bool) {
        guard isFollowed else { return }
        let place = Place(reader: reader, tid: tid)
        reading = (place, isEntry)
        // One that is over by now makes room for a new one.
        if let visit = open[place], end(of: visit) > now { open[place]?.lastSeen = now }
    }

    mutating func readIsOver() { reading = nil }

    mutating func set(_ reader: SourceIndex, isWorking new: Bool, at now: Instant) {
        if new, !isWorking[reader] { workingSince[reader] = now }
        isWorking[reader] = new
    }

    private func end(of visit: Visit) -> Instant {
        let reader = visit.place.reader
        let latest = visit.lastSeen + timeouts[reader] + Limits.readerOutage
        return isWorking[reader] ? min(max(visit.lastSeen, workingSince[reader]) + timeouts[reader], latest) : latest
    }

    // MARK: What the box tells

    /// - Parameter wall: the box's calendar now.
    mutating func published(_ events: [ReadEvent], isFromEarlierRun: Bool, at now: Instant, wall: WallTime) {
        if !isFollowed { report("read events although nobody can subscribe: \(events)") }
        for event in events {
            switch event.kind {
            case .firstRead: firstRead(event, at: now, wall)
            case .readTimeout: isFromEarlierRun ? endEarlier(event) : end(event, at: now)
            case .read: singleRead(event, wall)
            }
        }
        if isFromEarlierRun, zip(events, events.dropFirst()).contains(where: { $0.lastRead > $1.lastRead }) {
            report("visits of an earlier run are not closed in the order of their last reads: \(events)")
        }
    }

    private mutating func firstRead(_ event: ReadEvent, at now: Instant, _ wall: WallTime) {
        let place = Place(reader: event.reader, tid: event.tid)
        guard reading?.place == place, open[place] == nil, timeouts[event.reader] > .zero else {
            return report("a visit begins for nobody or a second time: \(event)")
        }
        if event.firstRead != wall || event.lastRead != wall || !known.insert(event.id).inserted {
            report("a visit begins at another time than \(wall), or under a known id: \(event)")
        }
        count += 1
        open[place] = Visit(id: event.id, place: place, firstRead: event.firstRead, opened: now, lastSeen: now)
    }

    private mutating func end(_ event: ReadEvent, at now: Instant) {
        let place = Place(reader: event.reader, tid: event.tid)
        guard let visit = open.removeValue(forKey: place), visit.id == event.id, visit.firstRead == event.firstRead else {
            return report("the end of no visit: \(event)")
        }
        if event.lastRead != visit.lastRead || now < end(of: visit) {
            report("a visit ends \(end(of: visit) - now) early, or its last read was not \(visit.lastRead): \(event)")
        }
        ended[event.id] = (visit, now)
    }

    private mutating func endEarlier(_ event: ReadEvent) {
        if let left = left.removeValue(forKey: event.id) {
            let age = left.visit.lastRead - event.lastRead
            let isTrue =
                left.visit.place == Place(reader: event.reader, tid: event.tid) && event.firstRead == left.visit.firstRead
            if !isTrue || age < .zero || event.lastRead < event.firstRead || age > left.lag ?? age {
                report("an earlier run's visit \(left) ends as \(event)")
            }
            mayEndAgain[event.id] = left.visit
        } else if mayEndAgain[event.id]?.firstRead != event.firstRead {
            report("an earlier run's visit ends that nobody made or that had ended for long: \(event)")
        }
    }

    private mutating func singleRead(_ event: ReadEvent, _ wall: WallTime) {
        let isDue = reading?.isEntry == true || countsEverySighting[event.reader]
        guard reading?.place == Place(reader: event.reader, tid: event.tid), timeouts[event.reader] == .zero, isDue else {
            return report("a read of nobody: \(event)")
        }
        if event.firstRead != wall || event.lastRead != wall || !known.insert(event.id).inserted {
            report("a read at another time than \(wall), or under a known id: \(event)")
        }
        count += 1
    }

    // MARK: Time and lives

    /// Visits that should have ended by now.
    mutating func check(at now: Instant, lifeBegan: Instant) {
        guard isFollowed else { return }
        for (_, visit) in open where now > end(of: visit) + Self.tolerance { report("does not end: \(visit)") }
        guard !left.isEmpty, now > lifeBegan + Self.tolerance else { return }
        for (_, left) in left where left.isSure { report("an earlier run's visit has not been closed: \(left)") }
        left = [:]
    }

    /// Another box knows of no visit.
    mutating func boxWasSwapped() { (left, mayEndAgain) = ([:], [:]) }

    mutating func boxDied(at now: Instant, isPowerLost: Bool, isInOrder: Bool, troubleSince: Instant?) {
        guard isFollowed else { return }
        let surelySaved = isInOrder ? now : min(now, troubleSince ?? now) - Self.savedWithin
        let usual = Limits.readingNoteInterval + Limits.readingNotePause + Self.savedWithin
        let lag: Duration? = isInOrder ? .zero : isPowerLost || troubleSince != nil ? nil : usual
        // Ends are synced with whatever is next; until then a power cut may undo them.
        mayEndAgain = isInOrder ? [:] : mayEndAgain
        for (id, end) in ended where !isInOrder && (isPowerLost || end.at > surelySaved) { mayEndAgain[id] = end.visit }
        ended = [:]
        for (_, visit) in open { left[visit.id] = Left(visit: visit, isSure: visit.opened <= surelySaved, lag: lag) }
        open = [:]
    }
}
