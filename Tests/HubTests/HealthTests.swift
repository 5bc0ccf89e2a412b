import TestSupport
import Testing

@testable import HubDomain
@testable import validator_hub

@Suite("The hub's health")
struct HealthTests {
    @Test("is good while records can be stored")
    func good() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for _ in 0..<3 {
                let health = try await hub.get("healthz")
                #expect(health.status == 200 && health.text == "ok\n")
            }
        }
    }

    @Test("is bad on a full disk, with the reason, and good again when there is room", .enabled(if: SmallDisk.isAllowed))
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 2)
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.databasePath = disk.path + "/hub.db" }) { hub async throws in
            #expect(try await hub.get("healthz").status == 200)
            disk.fill()
            let health = try await hub.get("healthz")
            #expect(health.status == 503)
            #expect(health.text.contains("full"))
            #expect(try await hub.tap("card_check_log", "1", card: "AA").status == 503)
            try disk.empty()
            #expect(try await hub.get("healthz").status == 200)
            #expect(try await hub.tap("card_check_log", "1", card: "AA").code == 0)
        }
    }
}
