import Base
import Fares
import Storage
import ValidatorCore

/// Every tap that a rider made, what the box owes for it, and what became of it: kept beside the box, from outside only.
package struct TapLedger {
    /// One presentation. Two riders never present the same thing to one source at the same nanosecond.
    struct TapName: Hashable {
        var boot: UniqueID
        var instant: Instant
        var source: SourceIndex
        var passenger: Passenger
    }

    struct Place: Hashable {
        var source: SourceIndex
        var passenger: Passenger
    }

    enum Expectation {
        case decision
        case repetition(of: TapName)
        /// Another boot recorded the first tap: without a sure calendar nobody knows how long ago.
        case decisionOrRepetition(of: TapName)
        /// The first tap is still being decided: its light is this one's too.
        case silence
    }

    struct Entry {
        var shown: Instant
        var life: Int
        var expectation: Expectation
        var deadline: Instant
        /// What is asked of the platform while the rider waits.
        var checkID: UniqueID?
        var isLit = false
        var record: Tap?
    }

    private struct LightKind: Hashable {
        var mode: DecisionMode
        var outcome: Outcome
        var reason: Reason
    }

    /// Seen when a restart finds a record whose light a cut prevented.
    package static let recoveredUnlit = "recovered without a light"

    private(set) var entries: [TapName: Entry] = [:]
    /// Taps without a light yet, in this life of the box.
    private(set) var waiting: [Place: TapName] = [:]
    private var latest: [Place: TapName] = [:]
    private var names: [UniqueID: TapName] = [:]
    /// The outbox said that it could not store them; at a cut right after that they may be there all the same.
    private var doubtful: Set<TapName> = []
    /// Single rides with an accepted record.
    private(set) var usedRides: Set<Int> = []
    /// Uploads that the platform has not taken.
    private(set) var undelivered: Set<UniqueID> = []
    /// Uploads that were taken along on a stick, whether or not the platform has them.
    private(set) var collected: Set<UniqueID> = []
    /// Of those, the ones on sticks that are still around.
    private(set) var onStick: [UniqueID] = []
    /// Those that a cut may or may not have marked, and unmarked.
    private var perhapsCollected: Set<UniqueID> = []
    private var perhapsBack = false
    /// The newest records, by which the outbox's history is checked.
    private var newest: [(name: TapName, logID: UniqueID)] = []
    package private(set) var lights = 0
    private var litKinds: Set<LightKind> = []
    private var hasRecoveredUnlit = false
    package private(set) var recordCount = 0
    private(set) var findings: [Finding] = []
    /// When each source's last ones were lit.
    private var recentRefusals: [SourceIndex: [Instant]] = [:]

    /// Every kind of answer that was given, to show that the simulation meets them.
    package var seen: Set<String> {
        Set(litKinds.map { "\($0.mode) \($0.outcome) \($0.reason)" } + (hasRecoveredUnlit ? [Self.recoveredUnlit] : []))
    }

    mutating func takeFindings() -> [Finding] {
        defer { findings = [] }
        return findings
    }

    func name(ofRecord id: UniqueID) -> TapName? { names[id] }
    func entry(_ name: TapName) -> Entry? { entries[name] }

    private mutating func report(_ promise: Promise, _ detail: String) {
        findings.append(Finding(promise: promise, detail: detail))
    }

    // MARK: A rider presents something

    mutating func present(
        _ name: TapName, at now: Instant, life: Int, repeatInterval: Duration, deadline: Instant
    ) {
        let place = Place(source: name.source, passenger: name.passenger)
        entries[name] = Entry(
            shown: now, life: life, expectation: expectation(of: name, at: place, life: life, repeatInterval), deadline: deadline)
        if waiting[place] == nil { waiting[place] = name }
    }

    private func expectation(of name: TapName, at place: Place, life: Int, _ interval: Duration) -> Expectation {
        if waiting[place] != nil { return .silence }
        guard let first = latest[place] else { return .decision }
        guard first.boot == name.boot else { return .decisionOrRepetition(of: first) }
        guard name.instant - first.instant < interval else { return .decision }
        // A restart finds the beginning of a long code that nothing reads, and does not know the whole again.
        if case .scribble(let payload) = name.passenger, payload.count >= TicketOffice.keptOfScribbles,
            entries[first]?.life != life
        {
            return .decisionOrRepetition(of: first)
        }
        return .repetition(of: first)
    }

    /// The box asks the platform about a rider.
    mutating func asked(_ check: UniqueID, for name: TapName?) {
        guard let name, case .some(let entry) = entries[name], entry.checkID == nil, !entry.isLit else {
            return report(.uploadsBelongToTaps, "online check \(check) for no rider who waits")
        }
        entries[name]?.checkID = check
    }

    // MARK: The box decides, stores, lights

    /// - Parameter expected: what the box must decide.
    mutating func decided(_ tap: Tap, name: TapName, expected: Reason, expectedParts: UploadParts) {
        guard let entry = entries[name], !entry.isLit, entry.record == nil else {
            return report(.oneRecordPerTap, "a record for no rider who waits: \(tap)")
        }
        switch entry.expectation {
        case .decision, .decisionOrRepetition: break
        case .repetition(let first):
            return report(
                .repeatsAreRepeated, "a second record \(tap) although \(first) was \(name.instant - first.instant) before")
        case .silence: return report(.oneRecordPerTap, "two records for one turn: \(tap)")
        }
        if tap.reason != expected || (tap.outcome == .accepted) != (expected == .ok) {
            return report(
                expected == .ticketUsed ? .singleRideOnce : .decisionsAreRight, "\(tap.reason), should be \(expected): \(tap)")
        }
        if tap.pending != expectedParts || tap.logID == tap.bookingID || (entry.checkID ?? tap.bookingID) != tap.bookingID {
            report(
                .uploadsBelongToTaps, "uploads \(tap.pending), should be \(expectedParts); check \(entry.checkID as Any): \(tap)")
        }
    }

    mutating func stored(_ tap: Tap, name: TapName) {
        guard let entry = entries[name], entry.record == nil else { return report(.oneRecordPerTap, "stored twice: \(tap)") }
        recordCount += 1
        entries[name]?.record = tap
        latest[Place(source: name.source, passenger: name.passenger)] = name
        names[tap.logID] = name
        names[tap.bookingID] = name
        if tap.outcome == .accepted, case .ticket(let number) = name.passenger { usedRides.insert(number) }
        if tap.pending.contains(.booking) { undelivered.insert(tap.bookingID) }
        if tap.pending.contains(.log) { undelivered.insert(tap.logID) }
        newest.append((name, tap.logID))
        if newest.count > 400 { newest.removeFirst(200) }
    }

    mutating func notStored(_ name: TapName) { doubtful.insert(name) }

    /// A commit succeeded: what failed before it is not there.
    mutating func committed() { (doubtful, perhapsCollected, perhapsBack) = ([], [], false) }

    mutating func lit(_ answer: Answer, name: TapName, at now: Instant) {
        guard let entry = entries[name], !entry.isLit else { return report(.oneRecordPerTap, "a light for nobody: \(answer)") }
        entries[name]?.isLit = true
        lights += 1
        litKinds.insert(LightKind(mode: answer.mode, outcome: answer.outcome, reason: answer.reason))
        let place = Place(source: name.source, passenger: name.passenger)
        if waiting[place] == name { waiting[place] = nil }
        if now > entry.deadline { report(.everyTapIsAnswered, "after \(now - entry.shown): \(answer)") }
        if answer.reason == .outOfService { return litOutOfService(answer) }
        if answer.outcome == .repeated { return litRepeated(answer, entry) }
        if !answer.isGreen { recentRefusals[name.source, default: []].append(now) }
        if answer.record == nil { return litUnrecorded(answer, entry) }
        guard let record = entry.record else {
            return report(.recordBeforeLight, "no record is stored for \(answer)")
        }
        if answer.isGreen != (record.outcome == .accepted) || ![record.logID, record.bookingID].contains(answer.record) {
            report(.recordBeforeLight, "\(answer) but \(record)")
        }
    }

    /// A box may leave refusals out of its books when a source has brought 30 of them within a minute, or when only the tenth of its
    /// outbox that accepted rides have for themselves is free.
    func mayStayUnrecorded(at source: SourceIndex, now: Instant) -> Bool {
        (recentRefusals[source] ?? []).suffix(31).filter { now - $0 <= .seconds(60) }.count > 30
    }

    private mutating func litUnrecorded(_ answer: Answer, _ entry: Entry) {
        if answer.isGreen || entry.record != nil { report(.recordBeforeLight, "a light without its record: \(answer)") }
        if case .decision = entry.expectation { return }
        if case .decisionOrRepetition = entry.expectation { return }
        report(.repeatsAreRepeated, "neither repeated nor recorded: \(answer)")
    }

    private mutating func litOutOfService(_ answer: Answer) {
        if answer.isGreen || answer.record != nil { report(.recordBeforeLight, "green without a record: \(answer)") }
    }

    private mutating func litRepeated(_ answer: Answer, _ entry: Entry) {
        let first: TapName
        switch entry.expectation {
        case .repetition(let name), .decisionOrRepetition(let name): first = name
        case .decision, .silence: return report(.repeatsAreRepeated, "nothing to repeat: \(answer)")
        }
        guard let record = entries[first]?.record else {
            return report(.repeatsAreRepeated, "the first has no record: \(answer)")
        }
        if answer.isGreen != (record.outcome == .accepted) || ![record.logID, record.bookingID].contains(answer.record) {
            report(.repeatsAreRepeated, "\(answer) repeats \(record)")
        }
    }

    /// Riders who should have seen a light by now.
    mutating func checkDeadlines(at now: Instant) {
        for (_, name) in waiting {
            guard let entry = entries[name], now > entry.deadline else { continue }
            report(.everyTapIsAnswered, "no light since \(TrueTime.text(entry.shown)) for \(name)")
        }
    }

    // MARK: Sticks

    mutating func areGoingOnStick(_ uploads: [UniqueID]) { perhapsCollected = Set(uploads) }

    /// The outbox says that it has marked them.
    mutating func areOnStick() {
        collected.formUnion(perhapsCollected)
        onStick += perhapsCollected.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        perhapsCollected = []
    }

    mutating func hubHasTakenSticks() {
        undelivered.subtract(onStick)
        onStick = []
    }

    mutating func areComingBack() { perhapsBack = true }

    mutating func areBack() {
        (perhapsBack, collected, onStick) = (false, [], [])
    }

    /// The box sends an upload.
    mutating func sent(_ id: UniqueID) {
        if collected.contains(id) { report(.collectedStaysOnStick, "\(id) is on a stick and is sent") }
    }

    // MARK: The platform takes

    /// - Parameter part: which upload the request claims to be.
    mutating func arrived(_ part: UploadParts, _ id: UniqueID, passenger: Passenger, status: Int?, isTaken: Bool) {
        guard let name = names[id], let record = entries[name]?.record, name.passenger == passenger,
            id == (part == .booking ? record.bookingID : record.logID)
        else { return report(.uploadsBelongToTaps, "\(part == .booking ? "booking" : "log") \(id) of no tap of \(passenger)") }
        if part == .booking, record.outcome != .accepted { report(.refusedTapsAreNotBooked, "booking \(id) of \(record)") }
        if let status, status != DecisionOracle.logStatus(record.reason) {
            report(.uploadsBelongToTaps, "status \(status) for \(record)")
        }
        if isTaken { undelivered.remove(id) }
    }

    // MARK: Cuts

    /// Another box has come. It knows what waits for the platform, and nothing of what is done.
    mutating func boxWasSwapped() {
        (usedRides, newest, doubtful) = ([], [], [])
        (collected, perhapsCollected, perhapsBack) = ([], [], false)
    }

    /// The box is gone, and with it whoever waited.
    mutating func boxDied() { waiting = [:] }

    /// What the outbox shows after a restart: all that was owed, and nothing that nobody did.
    /// - Parameter finishedKept: how many finished taps the outbox keeps at least.
    mutating func recovered(
        _ rows: [StoredTap], finishedKept: Int, name: (Tap) -> TapName
    ) {
        var kept: [UniqueID: UploadParts] = Dictionary(minimumCapacity: rows.count)
        for row in rows.reversed() {
            kept[row.tap.logID] = row.tap.pending.union(row.refused)
            let knownName = names[row.tap.logID]
            let tapName = knownName ?? name(row.tap)
            if !hasRecoveredUnlit, entries[tapName]?.isLit == false { hasRecoveredUnlit = true }
            guard knownName == nil else { continue }
            guard let entry = entries[tapName], entry.record == nil, !entry.isLit || doubtful.contains(tapName) else {
                report(.oneRecordPerTap, "after a restart there is a record that nobody made: \(row.tap)")
                continue
            }
            stored(row.tap, name: tapName)
        }
        settleSticks(kept)
        for id in undelivered where !collected.contains(id) {
            guard let name = names[id], let record = entries[name]?.record else { continue }
            if !isKept(id, of: record, kept) {
                report(.recordSurvives, "undelivered and lost at a cut: \(record)")
            }
        }
        for (name, logID) in newest.suffix(finishedKept) where kept[logID] == nil {
            if let record = entries[name]?.record {
                report(.recordSurvives, "lost at a cut: \(record)")
            }
        }
        doubtful = []
    }

    private func isKept(_ id: UniqueID, of record: Tap, _ kept: [UniqueID: UploadParts]) -> Bool {
        kept[record.logID]?.contains(id == record.bookingID ? .booking : .log) == true
    }

    /// Which of two states a cut has left.
    private mutating func settleSticks(_ kept: [UniqueID: UploadParts]) {
        func waits(_ id: UniqueID) -> Bool {
            guard let name = names[id], let record = entries[name]?.record else { return false }
            return isKept(id, of: record, kept)
        }
        if perhapsBack, collected.contains(where: waits) { areBack() }
        perhapsBack = false
        if !perhapsCollected.isEmpty, !perhapsCollected.contains(where: waits) { areOnStick() }
        perhapsCollected = []
        if let id = collected.first(where: waits) {
            report(.collectedStaysOnStick, "after a restart \(id) waits again although it is on a stick")
        }
    }
}
