import Base
import HubDomain
import PlatformAPI
import Testing

@testable import HubServices

@Suite("Bookings and logs in front of a platform")
struct UpstreamRecordTests {
    private let hub = HubInFront()

    @Test("each is kept for the platform with its record, as the device wrote it, and nothing that proves who the device is")
    func kept() async throws {
        #expect(try await hub.answer(.cardLog, "1", ["card_id": "AA", "status": "1", "x_maker": "own"]).code == 0)
        #expect(try await hub.check("2", mode: .offline).code == 0)
        let forwards = try await hub.forwards()
        #expect(forwards.map(\.key.requestID) == ["1", "2"] && forwards.map(\.key.call) == [.cardLog, .cardCheck])
        let log = try #require(forwards.first)
        #expect(log["card_id"] == "AA" && log["x_maker"] == "own" && log["time"] == HubInFront.time)
        #expect(log["token"] == nil && log["device_id"] == nil && log["req_id"] == nil)
        #expect(try await hub.records().count == 2)
        #expect(hub.upstream[\.woken] == ["VLD1", "VLD1"])
    }

    @Test("one that is repeated is kept once")
    func repeated() async throws {
        for _ in 0..<3 { #expect(try await hub.check("1", mode: .offline).code == 0) }
        #expect(try await hub.forwards().count == 1)
        #expect(try await hub.records().map(\.duplicates) == [2])
    }

    @Test("one that was put aside goes on to the platform when it is settled, once")
    func setAside() async throws {
        let hub = HubInFront(registersDevices: false)
        #expect(try await hub.answer(.cardLog, "1", ["card_id": "AA", "status": "0"]).code == 0)
        #expect(try await hub.forwards().isEmpty)
        #expect(try await DeviceRegister(hub.store).add("VLD1", secret: nil, at: HubInFront.now))
        for settled in [1, 0] {
            #expect(try await SetAsideDesk(hub.store).retry(deviceID: "VLD1", by: hub.service).settled == settled)
        }
        #expect(try await hub.forwards().map { $0["card_id"] } == ["AA"])
        #expect(try await hub.records().count == 1)
    }

    @Test("two rides under one req_id are two: the second goes up under a name of the hub's own")
    func sameRequestID() async throws {
        _ = try await hub.answer(.cardLog, "abcd", ["card_id": "AA", "status": "0"])
        _ = try await hub.answer(.cardLog, "abcd", ["card_id": "BB", "status": "0", "time": "2026-08-03 11:59:00"])
        let forwards = try await hub.forwards()
        #expect(forwards.map { $0["card_id"] } == ["AA", "BB"])
        #expect(forwards.first?.key.requestID == "abcd" && forwards.last.map { UniqueID($0.key.requestID) != nil } == true)
    }

    @Test("a booking of a check goes up although another ride of that req_id waits")
    func sameRequestIDAfterCheck() async throws {
        hub.upstream.change { $0.check = .answered(PlatformAnswer(code: 3003, message: "no", received: HubInFront.now)) }
        #expect(try await hub.check("0", card: "BB").code == 3003)
        #expect(try await hub.check("0", card: "AA", mode: .offline).code == 0)
        #expect(try await hub.check("0", card: "BB", mode: .offline).code == 0)
        #expect(try await hub.check("0", card: "BB", mode: .offline).code == 0)
        let forwards = try await hub.forwards()
        #expect(forwards.map { $0["card_id"] } == ["AA", "BB"] && Set(forwards.map(\.key.requestID)).count == 2)
    }

    @Test("what happened more than five minutes ago is backlog")
    func backlog() async throws {
        _ = try await hub.answer(.cardLog, "1", ["card_id": "AA", "status": "0", "time": "2026-08-03 11:55:00"])
        _ = try await hub.answer(.cardLog, "2", ["card_id": "AA", "status": "0", "time": "2026-08-03 11:54:59"])
        #expect(try await hub.forwards().map(\.isBacklog) == [false, true])
    }

    @Test("when as many wait as may, nothing is taken and nothing is recorded; what is known already is answered")
    func full() async throws {
        #expect(try await hub.check("1", mode: .offline).code == 0)
        hub.upstream.change { $0.isFull = true }
        #expect(try await hub.check("2", mode: .offline).code == 5001)
        #expect(try await hub.check("1", mode: .offline).code == 0)
        #expect(try await hub.records().count == 1)
    }
}
