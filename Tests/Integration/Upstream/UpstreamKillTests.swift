import FaultProxy
import Foundation
import JSON
import PostgreSQLServer
import TestSupport
import Testing

@Suite("A hub in front of a platform that is killed, has no room, or is one of two", .timeLimit(.minutes(15)))
struct UpstreamKillTests {
    /// A box's upload, which it repeats until the hub has taken it.
    private func upload(_ hub: HubProgram, _ id: String, device: String = "VLD1") async throws {
        try await eventually("\(id) is taken") { (try? await hub.book(id, device: device))?.code == 0 }
    }

    @Test("row 9, killed -9 again and again: what the hub took reaches the platform under its req_id, and nothing else does")
    func killed() async throws {
        let rounds = ProcessInfo.processInfo.environment["VALIDATOR_UPSTREAM_KILLS"].flatMap { Int($0) } ?? 8
        try await HubProgram.run { hub in
            try await hub.greet()
            var ids: [String] = []
            for round in 0..<rounds {
                for number in 0..<5 {
                    let id = UUID().uuidString
                    try await upload(hub, id, device: "BUS\(number)")
                    ids.append(id)
                }
                if round % 2 == 1 {
                    _ = try await eventually("one of them is up") { hub.taken("card_check").contains(ids[ids.count - 5]) }
                }
                hub.kill()
                try await hub.start()
            }
            // The platform may have taken one whose reply the hub did not live to see.
            try await hub.expectDelivered(ids, mayRepeat: true)
            #expect(hub.taken("card_check").count <= ids.count + 6 * rounds)
            #expect(try await hub.heartbeat()["enterprise_id"] == "398")
        }
    }

    @Test(
        "row 10, a full disk: 503 5001 and bad health, no half of anything, and all goes on when there is room",
        .enabled(if: SmallDisk.isAllowed))
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 4)
        try await HubProgram.run(PlatformScript(), database: "path = \"\(disk.path)/hub.db\"\nmin_free_mb = 0") { hub in
            try await hub.greet()
            disk.fill()
            var ids: [String] = []
            let refused = try await eventually("a booking is refused") { () -> HubProgram.Reply? in
                let id = UUID().uuidString
                let reply = try await hub.book(id)
                if reply.code == 0 { ids.append(id) }
                return reply.code == 0 ? nil : reply
            }
            #expect(refused.status == 503 && refused.code == 5001)
            #expect(try await hub.get("healthz") != "ok\n")
            let check = try await hub.check(UUID().uuidString)
            #expect(check.status == 503)
            try disk.empty()
            let last = UUID().uuidString
            try await upload(hub, last)
            try await hub.expectDelivered(ids + [last], mayRepeat: true)
        }
    }

    @Test(
        "row 11, two hubs on one PostgreSQL, one killed: the other sends what both took",
        .enabled(if: PostgreSQLServer.isInstalled))
    func twoHubs() async throws {
        let url = try await PostgreSQLServer.shared.databaseURL()
        let platform = try ScriptedPlatform()
        let keys = TemporaryFolder()
        let database = "url = \"\(url)\"\npath = \"\(keys.path)/hub.db\""
        let (first, second) = (try HubProgram(platform, database: database), try HubProgram(platform, database: database))
        defer {
            first.kill()
            second.kill()
        }
        try await first.start()
        try await second.start()
        try await first.greet()
        var ids: [String] = []
        for number in 0..<20 {
            let id = UUID().uuidString
            try await upload(number % 2 == 0 ? first : second, id, device: "BUS\(number % 4)")
            ids.append(id)
        }
        // Whichever sends, one of the two is gone by turns.
        first.kill()
        for _ in 0..<10 {
            let id = UUID().uuidString
            try await upload(second, id)
            ids.append(id)
        }
        try await second.expectDelivered(ids, mayRepeat: true)
        try await first.start()
        second.kill()
        let last = UUID().uuidString
        try await upload(first, last)
        try await first.expectDelivered(ids + [last], mayRepeat: true)
        #expect(try await first.heartbeat()["enterprise_id"] == "398")
    }

    @Test("row 12, two boxes under one identity: both are served, and what both tell goes up")
    func sameIdentity() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            let ids = (0..<6).map { _ in UUID().uuidString }
            for (number, id) in ids.enumerated() {
                // One is on the road, one in the depot.
                #expect(try await hub.heartbeat(at: Date(timeIntervalSinceNow: number % 2 == 0 ? 0 : -30)).code == 0)
                #expect(try await hub.book(id, at: Date(timeIntervalSinceNow: number % 2 == 0 ? 0 : -3600)).code == 0)
            }
            try await hub.expectDelivered(ids)
        }
    }

    @Test("an identity is mapped: the platform knows the device by its own name, and one name is one device's")
    func mapped() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            try await hub.greet(device: "VLD2")
            _ = try await hub.command("map-device", "VLD1", "P-0001")
            try await eventually("the platform hears its own name") {
                _ = try await hub.heartbeat()
                return hub.platform.requests("location_report").contains { $0.fields["device_id"] == "P-0001" }
            }
            let id = UUID().uuidString
            #expect(try await hub.book(id).code == 0)
            try await hub.expectDelivered([id])
            #expect(hub.platform.requests("card_check").map { $0.fields["device_id"] } == ["P-0001"])
        }
    }

    @Test("a check whose answer came too late for the box, and the box's booking, go up as one req_id, told as possibly doubled")
    func lateAnswer() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            let gate = PlatformGate()
            hub.platform.answer("card_check") { request in
                request.fields["check_mode"] == "0"
                    ? PlatformAnswer.json(["ret_code": 0, "ret_msg": "ok", "sound_no": 0]).held(by: gate) : nil
            }
            let id = UUID().uuidString
            #expect(try await hub.check(id).code == 5002)
            gate.open()
            _ = try await eventually("it is known as possibly doubled") { () -> Bool? in
                #expect(try await hub.book(id).code == 0)
                return try await hub.get("metrics").contains(/validator_hub_upstream_possibly_doubled_total [1-9]/) ? true : nil
            }
            try await hub.expectDelivered([id])
        }
    }
}
