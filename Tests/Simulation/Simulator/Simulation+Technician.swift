import Base
import PlatformAPI
import SQLite
import Storage
import ValidatorCore

/// What a technician does, as the control socket does it.
extension Simulation {
    func call(_ act: Technician) {
        switch act {
        case .stickReachesHub: return bringSticksToHub()
        case .collect, .reportInterval, .synchronise, .retryRefused, .stickIsLost, .swapBox: break
        }
        guard let box, !box.isDead else { return }
        switch act {
        case .reportInterval(let interval):
            heartbeats.set(interval, at: now)
            box.handle(.set(.reportInterval(interval)), at: now)
        case .synchronise(let target, let full):
            reasonsToDownload.append(now)
            box.handle(.download(target, full: full), at: now)
        case .retryRefused: box.retryRefused(at: now)
        case .collect(let limit): collect(limit: limit, from: box)
        case .stickIsLost: giveBack(to: box)
        case .swapBox(let recordsInFile, let cut): swapBox(recordsInFile: recordsInFile, cutAtCall: cut)
        case .stickReachesHub: break
        }
    }

    private func collect(limit: Int, from box: SimulatedBox) {
        guard box.flush(at: now),
            let taps = box.attempt({ outbox throws(StorageError) in try outbox.unfinishedTaps(limit: limit) }),
            let positions = box.attempt({ outbox throws(StorageError) in try outbox.storedPositions(limit: limit) })
        else { return }
        let uploads = taps.flatMap { stored in
            let parts = stored.tap.pending.union(stored.refused)
            return (parts.contains(.booking) ? [stored.tap.bookingID] : []) + (parts.contains(.log) ? [stored.tap.logID] : [])
        }
        note { "\(uploads.count) uploads of \(taps.count) taps go on a stick" }
        ledger.areGoingOnStick(uploads)
        if sabotage == .uploadWhatIsCollected { return ledger.areOnStick() }
        // Taps and positions are marked one after the other.
        let marked = box.attempt { outbox throws(StorageError) in
            try outbox.collect(taps: taps.map { RecordName(row: $0.row, id: $0.tap.logID) }, positions: [])
        }
        guard let (withdrawn, _) = marked else { return }
        ledger.areOnStick()
        box.handle(.collected(withdrawn), at: now)
        let markedPositions = box.attempt { outbox throws(StorageError) in
            try outbox.collect(taps: [], positions: positions.map { RecordName(row: $0.row, id: $0.record.requestID) })
        }
        if let (withdrawn, _) = markedPositions { box.handle(.collected(withdrawn), at: now) }
    }

    private func giveBack(to box: SimulatedBox) {
        let counts = box.counts
        guard counts.records + counts.refused + counts.collected < policy.maximumRecords, box.flush(at: now) else { return }
        note { "a stick is lost: \(counts.collected) uploads wait again" }
        ledger.areComingBack()
        if sabotage != .forgetToGiveBack {
            guard box.attempt({ outbox throws(StorageError) in try outbox.returnCollected() }) != nil else { return }
        }
        // What was under way when it was collected may have been taken.
        for id in ledger.collected { acknowledged[id] = nil }
        ledger.areBack()
        box.handle(.collectedReturned, at: now)
    }

    func bringSticksToHub() {
        for id in ledger.onStick { platform.takeFromStick(id) }
        ledger.hubHasTakenSticks()
    }
}
