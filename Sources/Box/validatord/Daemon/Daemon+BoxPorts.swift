import Base
import BoxEngine
import Dispatch
import Fares
import OperatingSystem
import PlatformAPI
import ReadEvents
import SQLite
import Storage
import ValidatorCore

/// The world as the engine sees it.
extension Daemon: @MainActor BoxPorts {
    func now() -> Moment { Clocks.now() }

    func decided(_ taps: [Tap]) { announcer?.decided(taps) }

    func stored(_ taps: [Tap]) { announcer?.stored(taps) }

    func notStored(_ taps: [Tap]) { announcer?.notStored(taps) }

    func announce(_ answer: Answer) {
        noteAnswer(answer)
        announcer?.announce(answer) { [weak self] in
            let now = Clocks.now()
            return self?.box?.validator.clock.reading(at: now).wall ?? now.system
        }
    }

    func send(_ id: ExchangeID, _ request: PlatformRequest) { platform?.send(id, request) }

    func publish(_ events: [ReadEvent], isFromEarlierRun: Bool) {
        let readers = configuration.readers
        readEvents?.publish(
            events.map { DeviceReadEvent(device: readers[$0.reader].id, event: $0) }, isFromEarlierRun: isFromEarlierRun)
    }

    func writeSnapshot(_ kind: ListKind, _ list: HeldList) {
        let folder = configuration.device.stateFolder
        snapshotWriter.async {
            let result = Result<SnapshotID, StorageError> { () throws(StorageError) in
                try ListSnapshot.write(list, kind: kind, folder: folder)
            }
            DispatchQueue.main.async { self.snapshotWritten(kind, result) }
        }
    }

    func end(because error: StorageError) { stop(because: error) }
}
