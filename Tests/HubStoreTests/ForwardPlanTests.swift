import Base
import HubDomain
import HubStore
import TestSupport
import Testing

@testable import HubStoreSQLite

@Suite("How SQLite finds what waits for the platform")
struct ForwardPlanTests {
    private let folder = TemporaryFolder()

    private func plan(of sql: String) throws -> [String] {
        let path = folder.path("hub.db")
        _ = try HubStoreSQLite(path: path)
        return try Connection(path: path).all("EXPLAIN QUERY PLAN \(sql)") { $0.text(3) ?? "" }
    }

    @Test("new calls are a range of ids")
    func newIDs() throws {
        let plan = try plan(of: ForwardTable.devicesOfNewIDs)
        #expect(plan.contains("SEARCH forwards USING INTEGER PRIMARY KEY (rowid>?)"))
        #expect(!plan.contains { $0.hasPrefix("SCAN forwards") })
    }

    @Test("the devices of many calls are found by steps of an index, a step each")
    func devices() throws {
        let plan = try plan(of: ForwardTable.devicesWithNewIDs).filter { $0.contains(" f ") || $0.contains("forwards") }
        #expect(
            plan == [
                // Of this only the first entry is read.
                "SCAN forwards USING INDEX forwards_waiting",
                "SEARCH f USING INDEX forwards_waiting (device_id>?)",
                "SEARCH f USING INDEX forwards_waiting (device_id=? AND id>?)",
            ])
    }

    @Test("a device's calls are read in their order from an index; only those of the last minutes are sorted")
    func calls() throws {
        let live = try plan(of: ForwardTable.select(ForwardTable.liveOnes))
        #expect(live.first == "SEARCH forwards USING INDEX forwards_live (device_id=? AND received_at>?)")
        let others = try plan(of: ForwardTable.select(ForwardTable.otherOnes))
        #expect(others == ["SEARCH forwards USING INDEX forwards_waiting (device_id=?)"])
    }
}
