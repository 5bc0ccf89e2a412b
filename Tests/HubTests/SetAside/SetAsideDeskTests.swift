import Base
import Fares
import HubStore
import Logging
import PlatformAPI
import PostgreSQLServer
import Synchronization
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

@Suite("What an operator does about records that were put aside")
struct SetAsideDeskTests {
    private static let now = TestService.now

    @Test("after the device was registered they are records as if they had come in then, each once, and aside no longer")
    func retry() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        for id in ["1", "01890a5d-ac96-774b-bcce-b302099a8057", "1"] {
            #expect(try await hub.log(of: "gone", id).isAside)
        }
        #expect(try await hub.log(of: "elsewhere", "1").isAside)
        #expect(try await hub.log(of: "gone", "2", card: "?").isAside)
        let desk = SetAsideDesk(store)
        #expect(try await desk.retry(deviceID: nil, by: hub.devices) == .init(settled: 0, kept: [.unknownDevice: 4]))
        #expect(try await DeviceRegister(store).add("gone", secret: nil, at: Self.now))
        // One comes again before, and is a record already.
        #expect(try await !hub.log(of: "gone", "1", received: Self.now + .seconds(60)).isAside)
        #expect(try await desk.retry(deviceID: "gone", by: hub.devices) == .init(settled: 2, kept: [.cardUnreadable: 1]))
        #expect(try await desk.retry(deviceID: "gone", by: hub.devices) == .init(settled: 0, kept: [.cardUnreadable: 1]))
        #expect(try await !hub.log(of: "gone", "1").isAside)
        let records = try await store.records(after: nil, limit: 9, deviceID: nil).map(\.record)
        #expect(records.map(\.requestID) == ["1", "01890a5d-ac96-774b-bcce-b302099a8057"])
        #expect(records.map(\.duplicates) == [2, 0] && records.allSatisfy { $0.subject == "AA" && $0.time == Self.now })
        #expect(records[1].received == Self.now, "the hub took it then")
        #expect(try await store.countsOfSetAside() == [.unknownDevice: 1, .cardUnreadable: 1])
    }

    @Test("nothing is settled under the name of a device that is revoked, until it is taken back")
    func revoked() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        #expect(try await hub.log(of: "gone", "1").isAside)
        let register = DeviceRegister(store)
        #expect(try await register.add("gone", secret: nil, at: Self.now))
        #expect(try await register.revoke("gone", at: Self.now))
        let desk = SetAsideDesk(store)
        #expect(try await desk.retry(deviceID: "gone", by: hub.devices) == .init(settled: 0, kept: [.deviceRevoked: 1]))
        #expect(try await register.setSecret([1], of: "gone"))
        #expect(try await desk.retry(deviceID: "gone", by: hub.devices).settled == 1)
    }

    @Test("a booking makes one ride of an online check that came before, and uses a single ride up")
    func booking() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        #expect(try await hub.answer(.cardCheck, "device_id=gone&req_id=\(id)&card_id=AA&time=260803074500&check_mode=1").isAside)
        #expect(try await DeviceRegister(store).add("gone", secret: nil, at: Self.now))
        let check = "device_id=gone&req_id=\(id)&card_id=AA&time=260803074500&check_mode=0"
        #expect(try await hub.answer(.cardCheck, check).code == .notOnWhiteList)
        #expect(try await SetAsideDesk(store).retry(deviceID: "gone", by: hub.devices).settled == 1)
        let record = try #require(try await store.records(after: nil, limit: 9, deviceID: nil).first?.record)
        #expect(record.checkMode == .offline && record.status == 0 && record.duplicates == 1)
    }

    @Test(
        "the same records to two hubs a thousand times, in any order, are aside once each; settled by both at once, they are booked once",
        .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
    func twoHubs() async throws {
        var configuration = HubConfiguration()
        configuration.databaseURL = try await PostgreSQLServer.shared.databaseURL()
        let location = StoreLocation(configuration)
        let stores = [try await location.open(), try await location.open()]
        let hubs = stores.map { TestService($0) }
        // Some with a name of their own, some with a number that is not, some with none; of devices that nobody knows, and of one with a bad card.
        let forms = (0..<20).map { number in
            let id = ["&req_id=01890a5d-ac96-774b-bcce-b302099a80\(number + 10)", "&req_id=7", ""][number % 3]
            return "device_id=\(number % 5 == 4 ? "here" : "gone\(number % 5)")&time=2608030745\(number + 10)\(id)"
                + "&card_id=\(number % 5 == 4 ? "?" : "AA")"
        }
        #expect(try await DeviceRegister(stores[0]).add("here", secret: nil, at: Self.now))
        let rounds = (0..<50).flatMap { _ in forms }.shuffled()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, form) in rounds.enumerated() {
                group.addTask {
                    let answer = try await hubs[number % 2].answer(.cardLog, form)
                    #expect(answer.isAside)
                }
            }
            try await group.waitForAll()
        }
        let aside = try await stores[1].setAside(after: nil, limit: 100, deviceID: nil)
        #expect(aside.count == 20 && aside.allSatisfy { $0.duplicates == 49 })
        for number in 0..<4 { #expect(try await DeviceRegister(stores[0]).add("gone\(number)", secret: nil, at: Self.now)) }
        let settled = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await SetAsideDesk(stores[number % 2]).retry(deviceID: nil, by: hubs[number % 2].devices).settled
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(settled == 16)
        let records = try await stores[0].records(after: nil, limit: 100, deviceID: nil)
        #expect(records.count == 16 && records.allSatisfy { $0.record.duplicates == 0 })
        #expect(try await stores[0].countsOfSetAside() == [.cardUnreadable: 4])
    }

    @Test("a card that is to be forgotten is forgotten here, too, wherever a request shows it")
    func forget() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        let shown = [
            "device_id=gone&card_id=04A2B3C4&time=260803074500", "device_id=gone&card_id=04:a2:b3:c4&time=260803074501",
            "device_id=gone&card_id=0x04a2b3c4&time=260803074502", #"{"device_id":"gone","card_id":"?","x":[{"y":"04A2B3C4"}]}"#,
        ]
        // Numbers that stand for something else.
        let others = ["device_id=04A2B3C4&card_id=AA&time=260803074500", "device_id=gone&card_id=BB&time=04A2B3C4"]
        for form in shown + others { #expect(try await hub.answer(.cardLog, form).isAside, "\(form)") }
        let card = try #require(CardNumber("04A2B3C4"))
        #expect(try await SetAsideDesk(store).forget(card, .sample) == shown.count)
        #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).count == others.count)
    }

    @Test("they go when records lose their card numbers, and not by a clock that is wrong")
    func retention() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        #expect(try await DeviceRegister(store).add("here", secret: nil, at: Self.now))
        #expect(try await hub.log(of: "gone", "1").isAside)
        #expect(try await !hub.log(of: "here", "1", received: Self.now + .seconds(50)).isAside)
        let maintenance = Maintenance(
            positionsKept: .seconds(100), recordsKept: .seconds(100), pseudonyms: .sample, store: store,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), holder: "test")
        for (seconds, count) in [(100, 1), (1000, 1), (149, 0)] {
            try await maintenance.pass(at: Self.now + .seconds(seconds))
            #expect(try await store.countsOfSetAside().values.reduce(0, +) == count, "after \(seconds) s")
        }
    }

    @Test("the log says that some wait when their number has changed, once an hour, and who measures is told each time")
    func watch() async throws {
        let store = HubStoreMemory()
        let hub = TestService(store)
        let counts = Counts()
        let log = CapturedLog()
        var watch = SetAsideWatch(store, logger: Logger(label: "test", factory: { _ in log })) { counts.add($0) }
        try await watch.look(at: Self.now)
        #expect(log.lines.isEmpty)
        #expect(try await hub.log(of: "gone", "1").isAside)
        try await watch.look(at: Self.now)
        #expect(try await hub.log(of: "gone", "2", card: "?").isAside)
        try await watch.look(at: Self.now + .seconds(60))
        try await watch.look(at: Self.now + .seconds(3600))
        try await watch.look(at: Self.now + .seconds(9000))
        let end = "; validator-hub set-aside lists them"
        #expect(
            log.lines == ["records set aside: 1 (unknown_device=1)\(end)", "records set aside: 2 (unknown_device=2)\(end)"])
        #expect(counts.all == [0, 1, 2, 2, 2])
    }
}

private final class Counts: Sendable {
    private let counts = Mutex<[Int]>([])
    var all: [Int] { counts.withLock { $0 } }
    func add(_ count: Int) { counts.withLock { $0.append(count) } }
}

/// Keeps what is logged.
private final class CapturedLog: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { kept.withLock { $0.append("\(event.message)") } }
}
