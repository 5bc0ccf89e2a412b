import Base
import ControlProtocol
import Fares
import Hardware
import Storage
import ValidatorCore

// The status's parts, made of what the daemon holds.

extension StatusReport.List {
    /// - Parameter now: the trusted time; nil without one.
    init(_ held: HeldList, at now: WallTime?) {
        self.init()
        version = held.version
        incrementVersion = held.incrementVersion
        count = held.cards.count
        age = now.flatMap { now in held.adopted.map { now - $0 } }
    }
}

extension StatusReport.Keys {
    /// - Parameter now: the trusted time; nil without one.
    init(_ ring: KeyRing, at now: WallTime?) {
        self.init()
        version = ring.current?.version ?? "0"
        ids = ring.current?.keys.map { Int($0.id) } ?? []
        count = ids.count
        age = now.flatMap { now in ring.replaced.map { now - $0 } }
        previousVersion = ring.previous?.version
    }
}

extension StatusReport.Roots {
    init(_ roots: RootKeySet) {
        self.init()
        version = roots.version
        keys = roots.keys.map { key in
            var root = StatusReport.Root()
            (root.index, root.end) = (Int(key.index), key.end?.description)
            return root
        }
    }
}

extension StatusReport.Outbox {
    init(_ counts: OutboxCounts) {
        self.init()
        records = counts.records
        positions = counts.positions
        refused = counts.refused
        collected = counts.collected
        droppedPositions = counts.droppedPositions
    }
}

extension StatusReport.GPS.Fix {
    init(_ quality: Fix.Quality) {
        self =
            switch quality {
            case .none: .none
            case .twoDimensional: .twoDimensional
            case .threeDimensional: .threeDimensional
            }
    }
}

@MainActor extension StatusReport.Source {
    init(_ reader: CardReader, at now: Instant) {
        self.init()
        (id, device, state, detail) = (reader.id, reader.device, reader.state.rawValue, reader.detail)
        lastSeenAge = reader.lastSeen.map { now - $0 }
        (reads, failedReads) = (reader.reads, reader.failedReads)
        recovery = StatusReport.Recovery(reader.recovery)
    }

    init(_ scanner: Scanner, at now: Instant) {
        self.init()
        (id, device, state, detail) = (scanner.id, scanner.device, scanner.state.rawValue, scanner.detail)
        lastSeenAge = scanner.lastSeen.map { now - $0 }
        (reads, failedReads) = (scanner.reads, scanner.dropped)
    }
}

extension StatusReport.Recovery {
    init(_ ladder: RecoveryLadder) {
        self.init()
        (aborts, reinitialisations) = (ladder.aborts, ladder.reinitialisations)
        (reopenings, powerCycles) = (ladder.reopenings, ladder.powerCycles)
    }
}

extension StatusReport.Modem {
    init(_ modem: ModemKeeper.State, _ use: DataUse) {
        self.init()
        switch modem {
        case .off: state = "off"
        case .unknown: state = "unknown"
        case .noModemManager: state = "no_modem_manager"
        case .noModem: state = "no_modem"
        case .present(let report, let iccid):
            (state, imei, self.iccid) = (report.state, report.imei, iccid)
            (operatorName, technology, signalPercent) = (report.operatorName, report.technology, report.signalPercent)
        }
        dataMonth = use.month.map { "\($0 / 100)-\(($0 % 100).zeroPadded(to: 2))" }
        dataMonthBytes = Int(use.bytes)
    }
}
