import Base
import Fares
import SQLite
import ValidatorCore

/// What is checked after every turn, and what at the end of the day.
extension Simulation {
    /// From a tap to its light, what the platform takes apart.
    static let lightWithin = Duration.milliseconds(100)
    /// A reply's time is as old as the reply was long under way.
    private static let clockTolerance = Duration.seconds(6)
    /// What the engine holds of them while the disk takes none.
    private static let unwrittenPositions = 256
    /// More cards are never at the readers.
    private static let visitsAtOnce = 200

    func checkPromises() {
        ledger.checkDeadlines(at: now)
        if let box {
            visits.check(at: now, lifeBegan: lifeBegan)
            box.inspect { validator in
                let versions = validator.versions
                if !cardModel.holds(full: versions.cards, increment: versions.cardIncrement) {
                    cardModel.observe(validator.cards, from: platform.cards)
                }
                lineModel.observe(validator.line, from: platform.line)
                checkState(validator.state)
                checkBooks(of: box, validator)
            }
        }
        collectFindings()
    }

    private func checkState(_ state: BoxState) {
        let told = stateModel.current
        if state.modes != told.modes { report(.stateSurvives, "modes \(state.modes), was told \(told)") }
        let current = state.keys.current
        if (current?.version ?? "0") != told.keys { report(.stateSurvives, "keys \(current as Any), was told \(told)") }
        guard current?.version != knownKeys?.version || current?.keys.count != knownKeys?.keys.count else { return }
        if let current, !platform.keyGroups.contains(current) { report(.stateSurvives, "keys \(current) were never told") }
        knownKeys = current
    }

    private func checkBooks(of box: SimulatedBox, _ validator: borrowing Validator) {
        checkUnwritten(of: box)
        guard box.engine.isSettled else { return }
        let counts = box.counts
        if counts.collected != ledger.collected.count {
            report(.countsAgree, "\(counts), \(ledger.collected.count) uploads were collected")
        }
        if counts.records + counts.refused > policy.maximumRecords
            || counts.positions + counts.refusedPositions > Self.storedPositions
        {
            report(.boundsHold, "\(counts)")
        }
    }

    /// The disk may stay full for hours: what waits for it is bounded by what there is to tell of, not by the time.
    private func checkUnwritten(of box: SimulatedBox) {
        let count = box.engine.unwrittenCount
        guard count > 0 else { return }
        let counts = box.counts
        // Each upload is delivered or refused for good once, and refused before that as often as it is tried again.
        let marks = (counts.records + counts.positions) * (policy.maximumRefusals + 1)
        let most = marks + Self.unwrittenPositions + Self.visitsAtOnce
        if count > most { report(.boundsHold, "\(count) changes wait for the disk, \(most) at most") }
    }

    func checkExchanges() {
        let (uploads, others) = (uploadsUnderWay.count, othersUnderWay.count)
        // A heartbeat, a download, riders who wait; positions that were kept count among the uploads.
        let most = policy.concurrency * Limits.drainFactor
        if uploads > most || others > 2 + Limits.onlineChecks + most {
            report(.boundsHold, "\(uploads) uploads and \(others) other requests at once")
        }
    }

    func checkClock(_ reading: (wall: WallTime, source: ClockSource)) {
        guard reading.source >= .server else { return }
        let error = reading.wall - TrueTime.wall(at: now)
        if error > Self.clockTolerance || error < .zero - Self.clockTolerance {
            report(.timesAreTrue, "the clock is off by \(error)")
        }
    }

    /// The time that an upload says: when the tap was, as far as anybody could know.
    func checkTime(_ time: WallTime, of exchange: Exchange) {
        let id = exchange.request.requestID
        guard let name = ledger.name(ofRecord: id), let entry = ledger.entry(name), let stamp = entry.record?.stamp else {
            return
        }
        let error = time - TrueTime.wall(at: entry.shown)
        // One from before the receiver or the server told the time is dated once one of them has.
        let isDatedLater = stamp.boot == clock.boot && exchange.clockSource >= .server
        if stamp.source >= .server || isDatedLater, error > Self.clockTolerance || error < .zero - Self.clockTolerance {
            report(.timesAreTrue, "\(id) says a time that is off by \(error): \(stamp)")
        }
    }

    /// In the evening, a while after everything was put right.
    func checkBalance() {
        guard let box else { return report(.outboxStaysSound, "the box does not run") }
        let counts = box.counts
        let waiting = ledger.undelivered.subtracting(ledger.collected)
        if !waiting.isEmpty || counts.records + counts.positions + counts.refused + counts.refusedPositions > 0 {
            report(.everythingArrives, "\(waiting.count) uploads have not arrived, \(counts)")
        }
        let held = box.inspect { $0.versions }
        let named = (platform.cards.full.version, platform.cards.increment.version, platform.line.full.version)
        if (held.cards, held.cardIncrement, held.lineCards) != named || held.keys != platform.keyGroups.last?.version {
            report(.listsConverge, "\(held), the platform has \(named) and keys \(platform.keyGroups.last?.version ?? "")")
        }
        checkBooksWhole(of: box)
        cardModel.compare(box.inspect { $0.cards }, platform.cards)
        lineModel.compare(box.inspect { $0.line }, platform.line)
        checkDownloads()
        collectFindings()
    }

    /// Counts every row of the outbox.
    private func checkBooksWhole(of box: SimulatedBox) {
        var miscount: StorageError?
        _ = box.attempt { outbox throws(StorageError) in
            do throws(StorageError) { try outbox.checkBooks() } catch { miscount = error }
        }
        if let miscount { report(.countsAgree, "\(miscount)") }
    }

    /// No hour has more downloads of a kind than backoff allows, after each reason to try at once.
    private func checkDownloads() {
        for (download, times) in platform.downloads.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (index, first) in times.enumerated() {
                let within = times[index...].prefix { $0 - first < .seconds(3600) }.count
                let reasons = reasonsToDownload.count { $0 > first - .seconds(3600) && $0 < first + .seconds(3600) }
                if within > 30 + 12 * reasons {
                    return report(.downloadsAreBounded, "\(within) downloads of \(download) from \(TrueTime.text(first)) on")
                }
            }
        }
        platform.forgetDownloads()
        reasonsToDownload = []
    }
}
