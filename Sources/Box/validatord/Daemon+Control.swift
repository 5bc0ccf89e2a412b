import Base
import Dispatch
import Fares
import Glibc
import JSON
import OperatingSystem
import SQLite
import Storage
import Transport
import ValidatorCore

/// What the daemon does for the control socket.
extension Daemon: ControlCommands {
    func status() -> StatusReport {
        let moment = Clocks.now()
        let now = validator?.clock.trusted(at: moment)
        return StatusReport(
            deviceID: configuration.device.id, version: Release.text, configurationFile: configurationPath,
            uptime: moment.instant - started,
            modes: validator?.state.modes ?? Modes(), window: validator?.state.window,
            cards: list(validator?.cards, at: now), line: list(validator?.line, at: now), keys: keys(at: now),
            outbox: outboxStatus(at: moment), gps: gps(at: moment.instant),
            readers: readers.map { reader in
                StatusReport.Source(
                    id: reader.id, device: reader.device, state: reader.state.rawValue, detail: reader.detail,
                    lastSeenAge: reader.lastSeen.map { moment.instant - $0 }, reads: reader.reads,
                    failedReads: reader.failedReads, recovery: reader.recovery)
            },
            scanners: scanners.map { scanner in
                StatusReport.Source(
                    id: scanner.id, device: scanner.device, state: scanner.state.rawValue, detail: scanner.detail,
                    lastSeenAge: scanner.lastSeen.map { moment.instant - $0 }, reads: scanner.reads,
                    failedReads: scanner.dropped, recovery: nil)
            },
            platform: platformStatus(at: moment.instant), clock: clock(at: moment),
            modem: modemStatus(), vehicle: vehicleStatus(at: moment.instant),
            latency: announcer?.latency ?? StatusReport.Latency(), memoryKilobytes: ProcessMemory.residentKilobytes())
    }

    private func list(_ held: HeldList?, at now: WallTime?) -> StatusReport.List {
        let held = held ?? HeldList()
        let age = now.flatMap { now in held.adopted.map { now - $0 } }
        return StatusReport.List(
            version: held.version, incrementVersion: held.incrementVersion, count: held.cards.count, age: age)
    }

    private func keys(at now: WallTime?) -> StatusReport.Keys {
        let ring = validator?.state.keys ?? KeyRing()
        return StatusReport.Keys(
            version: ring.current?.version ?? "0", ids: ring.current?.keys.map(\.id) ?? [],
            age: now.flatMap { now in ring.replaced.map { now - $0 } }, previousVersion: ring.previous?.version,
            isWeak: configuration.tickets.secret.isEmpty)
    }

    private func outboxStatus(at moment: Moment) -> StatusReport.Outbox {
        outbox?.flush()
        let counts = outbox?.counts ?? OutboxCounts()
        let oldest = outbox?.attempt { outbox throws(StorageError) in try outbox.oldestPending() } ?? nil
        let age = oldest.map { validator?.age(of: $0, at: moment) ?? .zero }
        return StatusReport.Outbox(
            records: counts.records, positions: counts.positions, refused: counts.refused,
            collected: counts.collected, droppedPositions: counts.droppedPositions, oldestAge: age)
    }

    private func gps(at now: Instant) -> StatusReport.GPS {
        guard let (fix, at) = validator?.lastFix else { return StatusReport.GPS(fix: .none, position: nil, age: nil) }
        let quality: StatusReport.GPS.Quality =
            switch fix.quality {
            case .none: .none
            case .twoDimensional: .twoDimensional
            case .threeDimensional: .threeDimensional
            }
        // What is too old to be reported is not shown as where the bus is either.
        let position = validator?.position(at: now)
        return StatusReport.GPS(fix: now - at > Limits.fixAge ? .none : quality, position: position, age: now - at)
    }

    private func platformStatus(at now: Instant) -> StatusReport.Platform {
        let state: StatusReport.Platform.State =
            switch validator?.link.state {
            case nil, .unknown: .unknown
            case .up: .online
            case .down: .offline
            }
        return StatusReport.Platform(
            state: state, lastSuccessAge: validator?.link.lastSuccess.map { now - $0 }, lastError: validator?.link.lastError,
            certificate: certificates?.soonest)
    }

    private func modemStatus() -> StatusReport.Modem {
        StatusReport.Modem(state: modem?.state ?? .unknown, dataUse: modem?.dataUse ?? DataUse())
    }

    private func vehicleStatus(at now: Instant) -> StatusReport.Vehicle {
        StatusReport.Vehicle(
            isIgnitionOn: ignition?.isOn, shutdown: ignition?.shutdown.map { max(.zero, $0 - now) },
            isParked: validator?.isParked(at: now) ?? false)
    }

    private func clock(at moment: Moment) -> StatusReport.Clock {
        guard let (wall, source) = validator?.clock.reading(at: moment), source != .none else {
            return StatusReport.Clock(source: .none, offset: nil)
        }
        return StatusReport.Clock(source: source, offset: wall - moment.system)
    }

    func taps(limit: Int, after sequence: Int) -> [ControlTap] {
        announcer?.history.latest(limit, after: sequence) ?? []
    }

    func probes() -> [CardProbe] {
        let now = Clocks.now().instant
        return readers.indices.map { index in
            let reader = configuration.readers[index]
            return CardProbe(
                reader: reader.id, profile: reader.cardNumber, latest: latestCards[index], now: now,
                lists: [.cards: validator?.cards.cards, .line: validator?.line.cards].compactMapValues { $0 })
        }
    }

    func storedTaps(isRefused: Bool, after row: Int64, limit: Int) throws(ControlError) -> [StoredTap] {
        try reading { outbox throws(StorageError) in
            try isRefused
                ? outbox.refusedTaps(after: row, limit: limit) : outbox.unfinishedTaps(after: row, limit: limit)
        }
    }

    func storedPositions(isRefused: Bool, after row: Int64, limit: Int) throws(ControlError) -> [StoredPosition] {
        try reading { outbox throws(StorageError) in
            try isRefused
                ? outbox.refusedPositions(after: row, limit: limit) : outbox.storedPositions(after: row, limit: limit)
        }
    }

    func reading<Result>(_ work: (inout Outbox) throws(StorageError) -> Result) throws(ControlError) -> Result {
        guard let outbox, outbox.flush(), let result = outbox.attempt(work) else {
            throw ControlError(.failed, "the outbox cannot be read or written; see the log for the reason")
        }
        return result
    }

    func retryRefused() throws(ControlError) -> Int {
        let count = outbox?.counts.refused ?? 0
        try reading { outbox throws(StorageError) in try outbox.retryRefused() }
        handle(.retryRefused)
        return count
    }

    func markCollected(_ names: [RecordName], arePositions: Bool) throws(ControlError) -> Int {
        let (withdrawn, refused) = try reading { outbox throws(StorageError) in
            try arePositions ? outbox.collect(taps: [], positions: names) : outbox.collect(taps: names, positions: [])
        }
        handle(.collected(withdrawn))
        return withdrawn.count + refused
    }

    func returnCollected() throws(ControlError) -> Int {
        let counts = outbox?.counts ?? OutboxCounts()
        guard counts.records + counts.refused + counts.collected < configuration.outbox.maximumRecords else {
            throw ControlError(
                .refused,
                """
                \(counts.collected) collected records on top of those that wait are more than outbox.max_records, and the box \
                would go out of service; let it upload first, or raise outbox.max_records
                """)
        }
        let count = try reading { outbox throws(StorageError) in try outbox.returnCollected() }
        handle(.collectedReturned)
        note(Notice(.info, "outbox: \(count) collected records wait to be uploaded again"))
        return count
    }

    func apply(_ setting: ControlSetting) throws(ControlError) {
        switch setting {
        case .reportInterval(let interval): handle(.set(.reportInterval(interval)))
        case .parkedInterval(let interval): handle(.set(.parkedInterval(interval)))
        case .logLevel(let level): logOutput.level = level
        case .volumePercent(let percent): announcer?.volumePercent = percent
        }
    }

    func synchronise(_ target: DownloadTarget, full: Bool) throws(ControlError) {
        guard validator != nil else {
            throw ControlError(.refused, "out of service: there is no outbox yet; see the log for the reason")
        }
        handle(.download(target, full: full))
    }

    func log(limit: Int, after sequence: Int) -> [LogLine] { logOutput.history.latest(limit, after: sequence) }

    func startSelfTest() throws(ControlError) -> Int {
        guard let selfTestRunner else { throw ControlError(.failed, "validatord is only starting; ask again") }
        return selfTestRunner.start()
    }

    func selfTest() -> SelfTestReport? { selfTestRunner?.report }

    func restart() throws(ControlError) {
        guard service != nil else {
            throw ControlError(
                .refused,
                """
                no service manager started this validatord, so nothing would start it again: end it with \
                `kill \(getpid())` and start it by hand
                """)
        }
        note(Notice(.info, "validatord is restarted by a control command"))
        // In a turn of its own, when the reply is out.
        DispatchQueue.main.async { self.stop() }
    }
}

extension Validator {
    /// How long ago something happened: by the monotonic clock within one boot, else by the calendar.
    nonisolated fileprivate func age(of stamp: Stamp, at moment: Moment) -> Duration {
        stamp.boot == policy.boot
            ? moment.instant - stamp.instant : max(.zero, clock.reading(at: moment).wall - stamp.wall)
    }
}
