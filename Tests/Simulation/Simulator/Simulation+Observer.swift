import Base
import Fares
import PlatformAPI
import ReadEvents
import SQLite
import Storage
import ValidatorCore

/// What the box is seen to do, held against the model.
extension Simulation: BoxObserver {
    func decided(_ taps: [Tap], by box: SimulatedBox) {
        for tap in taps {
            let name = name(of: tap)
            let expected = expectedReason(of: tap, name.passenger, box)
            var parts: UploadParts = []
            if tap.mode != .online {
                parts = .log
                if expected == .ok, policy.offlineUploads == .checkAndLog { parts = [.log, .booking] }
            }
            ledger.decided(tap, name: name, expected: expected, expectedParts: parts)
            if tap.outcome == .accepted, case .ticket(let number) = name.passenger { ridesOfTurn.insert(number) }
            note { "decided \(tap.reason) \(tap.mode) log \(tap.logID) booking \(tap.bookingID)" }
        }
    }

    func stored(_ taps: [Tap], by box: SimulatedBox) {
        ridesOfTurn = []
        ledger.committed()
        for tap in taps { ledger.stored(tap, name: name(of: tap)) }
        if diskTroubleSince == nil, disk.hasUnsynced("outbox.db-wal") {
            report(.recordBeforeLight, "the outbox has not synced \(taps)")
        }
        if checkRandom.chance(0.05) || diskTroubleSince != nil { lookForRecords(taps, in: box) }
        if isKillDueBeforeLight, !disk.isCutOrdered { killBeforeLight(box, taps) }
    }

    private func lookForRecords(_ taps: [Tap], in box: SimulatedBox) {
        // A failing disk fails the looking, too.
        guard !disk.isOff, let newest = box.attempt({ outbox throws(StorageError) in try outbox.recentTaps(limit: taps.count) })
        else { return }
        if newest.reversed().map(\.tap.logID) != taps.map(\.logID) {
            report(.recordBeforeLight, "the outbox has taken \(taps) and shows \(newest)")
        }
    }

    func notStored(_ taps: [Tap], by box: SimulatedBox) {
        ridesOfTurn = []
        note { "\(taps.count) taps not stored" }
        for tap in taps { ledger.notStored(name(of: tap)) }
        if diskTroubleSince == nil { report(.outOfServiceOnlyWhenFull, "a commit failed on a sound disk") }
    }

    func lit(_ answer: Answer, by box: SimulatedBox) {
        now = max(now, box.time)
        let passenger = office.passenger(of: answer.subject)
        note { "light \(answer.isGreen ? "green" : "red") \(answer.outcome) \(answer.reason) for \(passenger)" }
        let name = TapLedger.TapName(boot: clock.boot, instant: answer.received, source: answer.source, passenger: passenger)
        if answer.reason == .outOfService, !isRightlyOutOfService(box) {
            report(.outOfServiceOnlyWhenFull, "\(answer) with \(box.counts)")
        }
        ledger.lit(answer, name: name, at: now)
        if answer.record == nil, answer.reason != .outOfService, !isShortOfRoom(box, share: 9),
            !ledger.mayStayUnrecorded(at: answer.source, now: now)
        {
            report(.oneRecordPerTap, "no record of \(answer) with \(box.counts)")
        }
        if answer.outcome != .repeated, let record = answer.record, !disk.isOff,
            checkRandom.chance(diskTroubleSince == nil ? 0.001 : 0.02), !wouldSurvive(record)
        {
            report(.recordBeforeLight, "not on the medium when the light came: \(answer)")
        }
    }

    func sent(_ id: ExchangeID, _ request: PlatformRequest, by box: SimulatedBox) {
        var request = request
        let moment = box.clock.moment(at: box.time)
        let reading = box.inspect { $0.clock.reading(at: moment) }
        var exchange = Exchange(id: id, request: request, life: box.life, sent: box.time, clockSource: reading.source)
        switch request.content {
        case .heartbeat(let heartbeat):
            exchange.isLiveHeartbeat = heartbeat.time == reading.wall
            checkClock(reading)
            if exchange.isLiveHeartbeat, let late = heartbeats.beat(at: box.time) { report(.heartbeatsKeepTime, late) }
        case .check(_, .online, _, _): ledger.asked(request.requestID, for: presenting)
        case .check, .log:
            if let life = acknowledged[request.requestID], life >= firstKnowingLife, diskTroubleSince == nil {
                report(.uploadsAreNotRepeated, "\(request.requestID) was taken in life \(life), this is \(box.life)")
            }
            ledger.sent(request.requestID)
            if sabotage == .bookRefusedTaps { bookAsWell(exchange) }
            if sabotage == .freshRequestIDs, checkRandom.chance(0.1) {
                request.requestID = UniqueID(high: checkRandom.next(), low: checkRandom.next())
                exchange.request = request
            }
        default: break
        }
        if exchange.isUpload { uploadsUnderWay.insert(id) } else { othersUnderWay.insert(id) }
        checkExchanges()
        transmit(exchange)
    }

    func isAboutToSave(_ kind: ListKind, _ list: HeldList, by box: SimulatedBox) {
        switch kind {
        case .cards: cardModel.isAboutToSave(list, from: platform.cards)
        case .line: lineModel.isAboutToSave(list, from: platform.line)
        }
    }

    func published(_ events: [ReadEvent], isFromEarlierRun: Bool, by box: SimulatedBox) {
        let moment = box.clock.moment(at: box.time)
        let wall = box.inspect { $0.clock.reading(at: moment).wall }
        visits.published(events, isFromEarlierRun: isFromEarlierRun, at: box.time, wall: wall)
    }

    func noticed(_ notice: Notice, by box: SimulatedBox) {
        if notice.level != .info { note { "notice: \(notice.text)" } }
    }

    /// The platform has received something.
    func observeArrival(of exchange: Exchange, _ reply: PlatformReply) {
        let id = exchange.request.requestID
        let isHidden = sabotage == .dropUploads && checkRandom.chance(0.02)
        switch (exchange.request.content, reply) {
        case (.check(let subject, .offline, _, let time), .check(let check)):
            let isTaken = (check.verdict.code == 0 || check.verdict.code == SimulatedPlatform.duplicateCode) && !isHidden
            ledger.arrived(.booking, id, passenger: office.passenger(of: subject), status: nil, isTaken: isTaken)
            checkTime(time, of: exchange)
        case (.log(let subject, let status, _, let time), .log(let verdict)):
            let isTaken = (verdict.code == 0 || verdict.code == SimulatedPlatform.duplicateCode) && !isHidden
            ledger.arrived(.log, id, passenger: office.passenger(of: subject), status: status, isTaken: isTaken)
            checkTime(time, of: exchange)
        default: break
        }
        collectFindings()
    }

    /// A new life of the box: what has it kept?
    func observeRestart(of box: SimulatedBox) {
        note { "life \(box.life) begins, system clock off by \(box.clock.systemError)" }
        for notice in box.notices where notice.level == .error { report(.outboxStaysSound, notice.text) }
        if let rows = box.attempt({ outbox throws(StorageError) in try outbox.recentTaps(limit: 20_000) }) {
            ledger.recovered(rows, finishedKept: Self.finishedTapsKept, name: { self.name(of: $0) })
            collectFindings()
        }
        cardModel.observeRestart(box.inspect { $0.cards }, from: platform.cards)
        lineModel.observeRestart(box.inspect { $0.line }, from: platform.line)
        let found = box.inspect { StateModel.Told(modes: $0.state.modes, keys: $0.versions.keys) }
        if !stateModel.found(found, at: now) { report(.stateSurvives, "found \(found), was told \(stateModel.current)") }
        collectFindings()
    }

    // MARK: Helpers

    /// The worst moment: the record is durable and the rider has not seen it. Some try again.
    private func killBeforeLight(_ box: SimulatedBox, _ taps: [Tap]) {
        note { "the process is killed before the light" }
        isKillDueBeforeLight = false
        box.kill()
        for tap in taps {
            guard case .card(let card) = tap.subject else { continue }
            consequences.add(.cardAgain(card, name(of: tap).source), at: now + powerRandom.seconds(1...10))
        }
    }

    /// A fault of the wiring: with the log of a refused tap goes a booking.
    private func bookAsWell(_ exchange: Exchange) {
        guard case .log(let subject, let status, let position, let time) = exchange.request.content, status != 0,
            let name = ledger.name(ofRecord: exchange.request.requestID), let record = ledger.entry(name)?.record
        else { return }
        var booking = exchange
        booking.id = ExchangeID(number: .max)
        booking.request.requestID = record.bookingID
        booking.request.content = .check(subject, .offline, position: position, time: time)
        transmit(booking)
    }

    func name(of tap: Tap) -> TapLedger.TapName {
        TapLedger.TapName(
            boot: tap.stamp.boot, instant: tap.stamp.instant,
            source: policy.sources.firstIndex { $0.id == tap.source } ?? -1, passenger: office.passenger(of: tap.subject))
    }

    /// What the oracle, or the platform, says to a tap that was just decided.
    private func expectedReason(of tap: Tap, _ passenger: Passenger, _ box: SimulatedBox) -> Reason {
        if tap.mode == .online {
            return platform.verdict(on: tap.bookingID)?.verdict.code == 0 ? .ok : .refusedByPlatform
        }
        let hasSwitch = tap.mode == .offline
        let oracle = oracle(for: box)
        switch passenger {
        case .card(let card): return oracle.reason(card: card, hasSwitch: hasSwitch)
        case .scribble(let payload): return oracle.reasonForScribble(payload, hasSwitch: hasSwitch)
        case .ticket(let number):
            guard let printed = office.printed[number] else { return .malformedTicket }
            let isUsed = ledger.usedRides.contains(number) || ridesOfTurn.contains(number)
            let expected = oracle.reason(ticket: printed, isUsed: isUsed, hasSwitch: hasSwitch)
            let end = printed.end + policy.tickets.skew
            // One that has truly expired may have been forgotten, which shows when the clock was set back since.
            guard expected == .ticketUsed, TrueTime.wall(at: now) > end else { return expected }
            return tap.reason == .ticketUsed ? .ticketUsed : oracle.reason(ticket: printed, isUsed: false, hasSwitch: hasSwitch)
        }
    }

    private func oracle(for box: SimulatedBox) -> DecisionOracle {
        let (state, clock) = box.inspect { ($0.state, $0.clock) }
        let moment = box.clock.moment(at: box.time)
        let (cards, line, unlisted) = (cardModel, lineModel, DecisionOracle.Listing.unlisted)
        return DecisionOracle(
            modes: state.modes, window: policy.checkWindow == .enforce ? state.window : nil,
            windowMaximumAge: policy.checkWindowMaximumAge, keys: state.keys, ticketSkew: policy.tickets.skew,
            unknownTickets: policy.unknownTickets,
            time: clock.trusted(at: moment), vouchedTime: clock.vouched(at: moment),
            listing: { cards.flag(of: $0).map { $0 ? .listed : .blocked } ?? unlisted }, isOnLine: { line.flag(of: $0) == true },
            hasLineList: line.versions != ListModel.Versions())
    }

    /// Whether the record would be there if the power went in this moment and everything unsynced were lost. Read by SQLite alone:
    /// that an outbox opens after a cut is seen at each cut.
    private func wouldSurvive(_ record: UniqueID) -> Bool {
        let medium = disk.durablePart()
        defer { medium.cutPower(atCall: 1) }
        do throws(StorageError) {
            let database = try Database(path: "outbox.db", vfs: medium.name)
            try database.keepWriteAheadLog()
            try database.execute("PRAGMA locking_mode = EXCLUSIVE")
            let newest = try database.prepare("SELECT log_id, booking_id FROM taps ORDER BY row DESC LIMIT 30")
            while try newest.step() {
                for column: Int32 in 0...1 {
                    if let id = newest.words(column), UniqueID(high: id.high, low: id.low) == record { return true }
                }
            }
        } catch {
            note { "the medium cannot be read: \(error)" }
        }
        return false
    }

    private func isRightlyOutOfService(_ box: SimulatedBox) -> Bool {
        diskTroubleSince != nil || isShortOfRoom(box, share: 10)
    }

    /// - Parameter share: how many tenths of the outbox there are to fill, the part of a tenth for the last one.
    private func isShortOfRoom(_ box: SimulatedBox, share: Int) -> Bool {
        let limit = policy.maximumRecords - (10 - share) * (policy.maximumRecords / 10)
        return box.counts.records + box.counts.refused + 2 + 2 * ridersOfTurn > limit
    }

    private var ridersOfTurn: Int { ledger.waiting.count }
}
