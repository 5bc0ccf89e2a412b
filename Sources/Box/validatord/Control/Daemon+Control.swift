import Base
import BoxConfiguration
import BoxEngine
import ControlProtocol
import Dispatch
import Fares
import Glibc
import OperatingSystem
import SQLite
import Storage
import ValidatorCore

/// What the daemon does for the control socket.
extension Daemon: ControlCommands {
    func taps(limit: Int, after sequence: Int) -> [TapReport] {
        announcer?.history.latest(limit, after: sequence) ?? []
    }

    func probes() -> [CardProbe] {
        let now = Clocks.now().instant
        return readers.indices.map { index in
            let reader = configuration.readers[index]
            return CardProbe(
                reader: reader.id, profile: reader.cardNumber, latest: latestCards[index], now: now,
                lists: [.cards: box?.validator.cards.cards, .line: box?.validator.line.cards].compactMapValues { $0 })
        }
    }

    func storedTaps(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredTap> {
        try reading { outbox throws(StorageError) in try outbox.taps(isRefused: isRefused, after: row, lookingAt: rows) }
    }

    func storedPositions(isRefused: Bool, after row: Int64, lookingAt rows: Int) throws(ControlError) -> RowSlice<StoredPosition>
    {
        try reading { outbox throws(StorageError) in try outbox.positions(isRefused: isRefused, after: row, lookingAt: rows) }
    }

    func reading<Result>(_ work: (inout Outbox) throws(StorageError) -> Result) throws(ControlError) -> Result {
        guard let box, box.flush(), let result = box.attempt(work) else {
            throw ControlError(.failed, "the outbox cannot be read or written; see the log for the reason")
        }
        return result
    }

    func retryRefused() throws(ControlError) -> Int {
        let count = box?.counts.refused ?? 0
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
        let counts = box?.counts ?? OutboxCounts()
        guard counts.records + counts.refused + counts.collected < configuration.outbox.maximumRecords else {
            throw ControlError(
                .refused,
                """
                \(counts.collected) collected records on top of those that wait are more than outbox.max_records, and the box \
                would go out of service; let it upload first, or raise outbox.max_records
                """)
        }
        let count = try reading { outbox throws(StorageError) in try outbox.returnCollected() }
        collectionsReturned += 1
        handle(.collectedReturned)
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
        guard box != nil else {
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
        // In a turn of its own, when the reply is out.
        DispatchQueue.main.async { self.stop() }
    }
}
