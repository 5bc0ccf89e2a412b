import Base
import HubStore
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

struct MaintenanceTests {
    @Test("maintenance deletes what has expired and nothing else")
    func maintenance() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            _ = try await hub.heartbeat(["req_id": "1", "lat": "31.2", "lng": "121.4"])
            let token = try await hub.token()
            let store = try HubStoreSQLite(path: hub.configuration.databasePath)
            let maintenance = Maintenance(
                positionsKept: .seconds(86400), recordsKept: .seconds(86400), pseudonyms: .sample, store: store,
                logger: .init(label: "test"), holder: HubServer.programName)
            func positions() throws -> Int64? {
                try Connection(path: hub.configuration.databasePath).integer("SELECT count(*) FROM positions")
            }
            let received = try #require(try hub.database().devices.find("VLD1")?.lastHeartbeat)
            try await maintenance.pass(at: received + .seconds(3000))
            #expect(try positions() == 1)
            #expect(try hub.database().tokens.find(token) != nil)
            try await maintenance.pass(at: received + .seconds(86401))
            #expect(try positions() == 0)
            #expect(try hub.database().tokens.find(token) == nil)
        }
    }

    @Test("the platform's answers to checks are kept for a day, and what waits or was refused for ever")
    func maintenanceOfAnswers() async throws {
        let folder = TemporaryFolder()
        let store = try HubStoreSQLite(path: folder.configuration.databasePath)
        let taken = WallTime(seconds: 1_000_000)
        try await store.transact(WantedFacts()) { facts in
            for (id, state) in [("1", Forward.State.answered), ("2", .waiting), ("3", .refused)] {
                let key = ForwardKey(deviceID: "V", call: .cardCheck, requestID: id)
                facts.keep(Forward(key, fields: [], received: taken, state: state))
            }
        }
        let maintenance = Maintenance(
            positionsKept: .seconds(3600), recordsKept: .seconds(3600), pseudonyms: .sample, store: store,
            logger: .init(label: "test"), holder: "test")
        func rows() async throws -> Int { try await store.rows(of: .forwards, after: nil, limit: 9).count }
        try await maintenance.pass(at: taken + .seconds(86_400))
        #expect(try await rows() == 3)
        try await maintenance.pass(at: taken + .seconds(86_401))
        #expect(try await rows() == 2)
    }

    @Test("maintenance does not leave off while there are positions that are too old")
    func maintenanceOfManyPositions() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        let old = WallTime(seconds: 1_000_000)
        try database.write { facts in
            for number in 0..<2 * Maintenance.positionsAtOnce + 5 {
                let received = number < 2 * Maintenance.positionsAtOnce + 1 ? old : old + .seconds(86400)
                facts.keep(
                    StoredPosition(
                        deviceID: "V", requestID: "\(number)", time: received,
                        position: Position(latitude: 31.2, longitude: 121.4), received: received))
            }
        }
        let maintenance = Maintenance(
            positionsKept: .seconds(3600), recordsKept: .seconds(3600), pseudonyms: .sample,
            store: try HubStoreSQLite(path: path), logger: .init(label: "test"), holder: "test")
        try await maintenance.pass(at: old + .seconds(86400))
        #expect(try Connection(path: path).integer("SELECT count(*) FROM positions") == 4)
    }
}
