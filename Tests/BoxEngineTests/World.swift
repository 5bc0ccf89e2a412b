import Base
import BoxEngine
import Cryptography
import Fares
import PlatformAPI
import ReadEvents
import SQLite
import Storage
import TestSupport
import ValidatorCore

/// The world around a box in a test: a clock that stands until it is set, and a list of what the box did.
final class World: BoxPorts {
    enum Deed: Hashable {
        case decided(Int)
        case stored(Int)
        case notStored(Int)
        case lit(isGreen: Bool, Reason)
        case sent(ExchangeID)
        case snapshot(ListKind)
        case ended
    }

    private let home = TemporaryFolder()
    var folder: String { home.path }
    var moment = Moment(instant: Instant(nanoseconds: 1_000_000_000_000), system: WallTime(seconds: 1_800_000_000))
    private(set) var deeds: [Deed] = []
    private(set) var requests: [ExchangeID: PlatformRequest] = [:]
    private(set) var notices: [Notice] = []
    private(set) var answers: [Answer] = []
    private(set) var lists: [ListKind: HeldList] = [:]
    /// Called in the middle of the box's work, when it sends something.
    var onSend: ((ExchangeID) -> Void)?

    /// Requests that nobody has answered yet, oldest first.
    func takeRequests() -> [(id: ExchangeID, request: PlatformRequest)] {
        defer { requests = [:] }
        return requests.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func takeDeeds() -> [Deed] {
        defer { deeds = [] }
        return deeds
    }

    func pass(_ time: Duration) {
        moment = Moment(instant: moment.instant + time, system: moment.system + time)
    }

    /// A box with one reader that admits everybody who is not blocked.
    func makeBox(sliceRows: Int = 8192) throws -> Box {
        var policy = Policy(boot: UniqueID(high: 1, low: 2), buildDate: WallTime(seconds: 1_700_000_000))
        policy.sources = [Policy.Source(id: "front", kind: .reader(.hex))]
        let outbox = try Outbox(path: folder + "/outbox.db", limits: OutboxLimits(positions: 1000))
        var settings = BoxSettings(folder: folder, deviceID: "VLD1")
        settings.sliceRows = sliceRows
        var start = try BoxStart(outbox, settings, policy: policy)
        start.restored.state.modes.whiteListRequired = false
        return Box(
            start, policy: policy, cryptography: Libcrypto(),
            random: SeededGenerator(seed: 1), ids: SystemRandomNumberGenerator(), ports: self)
    }

    // MARK: BoxPorts

    func now() -> Moment { moment }
    func decided(_ taps: [Tap]) { deeds.append(.decided(taps.count)) }
    func stored(_ taps: [Tap]) { deeds.append(.stored(taps.count)) }
    func notStored(_ taps: [Tap]) { deeds.append(.notStored(taps.count)) }
    func announce(_ answer: Answer) {
        answers.append(answer)
        deeds.append(.lit(isGreen: answer.isGreen, answer.reason))
    }

    func send(_ id: ExchangeID, _ request: PlatformRequest) {
        deeds.append(.sent(id))
        requests[id] = request
        onSend?(id)
    }

    func publish(_ events: [ReadEvent], isFromEarlierRun: Bool) {}

    func writeSnapshot(_ kind: ListKind, _ list: HeldList) {
        deeds.append(.snapshot(kind))
        lists[kind] = list
    }

    func note(_ notice: Notice) { notices.append(notice) }
    func end(because error: StorageError) { deeds.append(.ended) }
}
