import Base
import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

struct HeartbeatTests {
    @Test("a heartbeat is answered with the modes of the configuration and the versions that the hub holds")
    func answer() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.defaults.modes.whiteListRequired = false }) { hub async throws in
            let database = try hub.database()
            try database.adopt(entries("00065537"))
            try database.adopt(keys: [.init(id: 1, text: "k")], at: 1_800_000_000)
            let reply = try await hub.heartbeat()
            #expect(reply.status == 200)
            #expect(reply.code == 0)
            #expect(reply["req_id"] == "h")
            #expect(reply["white_mode"] == 0)
            #expect(reply["check_card_mode"] == 1)
            #expect(reply["version_code_all"] == "1700000000")
            #expect(reply["version_code_add"] == "0")
            #expect(reply["line_version_code_all"] == "0")
            #expect(reply["version_code"] == "1800000000")
            #expect(reply["check_start_time_format"] == "")
            #expect(reply["server_time"]?.string?.utf8.count == 12)
        }
    }

    @Test("a form body is as good as JSON")
    func form() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.post(
                "location_report",
                form: """
                    device_id=VLD1&time=2026-08-03+07%3A45%3A00&check_mode=1&check_card_mode=1&qrcode_mode=1&card_mode=1&white_mode=1\
                    &version_code_all=0&version_code_add=0&software_ver=7&line_version_code_all=0&is_line_white=0
                    """)
            #expect(reply.code == 0)
            #expect(try hub.database().devices.find("VLD1")?.softwareVersion == 7)
        }
    }

    @Test("a device's own settings win over the configuration's, at once and while the server runs")
    func ownSettings() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await hub.heartbeat()["card_mode"] == 1)
            try hub.database().adopt(entries("AA"), line: "26")
            try hub.database().set(
                "VLD1", [.cardsEnabled: "0", .cardCheck: "0", .line: "26", .window: "05:30-23:00", .enterpriseID: "398"])
            let reply = try await hub.heartbeat()
            #expect(reply["card_mode"] == 0)
            #expect(reply["check_card_mode"] == 0)
            #expect(reply["enterprise_id"] == "398")
            #expect(reply["line_version_code_all"] == "1700000000")
            #expect(reply["check_start_time_format"]?.string?.hasSuffix(" 05:30:00") == true)
            #expect(reply["check_end_time_format"]?.string?.hasSuffix(" 23:00:00") == true)
        }
    }

    @Test("an unknown device is refused where devices may not register themselves")
    func unknownDevice() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.registersDevices = false }) { hub async throws in
            let reply = try await hub.heartbeat()
            #expect(reply.status == 200)
            #expect(reply.code == ReturnCode.unknownDevice.rawValue)
            #expect(reply["ret_msg"]?.string?.contains("add-device VLD1") == true)
            try hub.database().set("VLD1", [:])
            #expect(try await hub.heartbeat().code == 0)
        }
    }

    @Test("devices that register themselves are bounded")
    func boundedDevices() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.maximumDevices = 1 }) { hub async throws in
            #expect(try await hub.heartbeat().code == 0)
            #expect(try await hub.heartbeat(["device_id": "VLD2"]).code == ReturnCode.unknownDevice.rawValue)
            #expect(try await hub.heartbeat().code == 0)
        }
    }

    @Test("a heartbeat that was held up on its way does not move the device back")
    func lateHeartbeat() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            _ = try await hub.heartbeat(["req_id": "1", "lat": "31.2", "lng": "121.4", "speed": "36.0", "course": "90.0"])
            _ = try await hub.heartbeat(["req_id": "2", "lat": "30.0", "lng": "120.0", "time": "2026-08-03 07:00:00"])
            let device = try #require(try hub.database().devices.find("VLD1"))
            #expect(device.position == Position(latitude: 31.2, longitude: 121.4, speedKilometresPerHour: 36, course: 90))
        }
    }

    @Test("a heartbeat dated far in the future does not freeze the device there")
    func futureHeartbeat() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            _ = try await hub.heartbeat(["time": "2099-01-01 00:00:00", "software_ver": 1])
            _ = try await hub.heartbeat(["software_ver": 2])
            #expect(try hub.database().devices.find("VLD1")?.softwareVersion == 2)
        }
    }
}
