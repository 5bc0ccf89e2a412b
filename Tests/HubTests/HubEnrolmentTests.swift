import Base
import Foundation
import HubDomain
import JSON
import TestSupport
import Testing

@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

@Suite("A box is given its secret")
struct HubEnrolmentTests {
    private let folder = TemporaryFolder()

    private func run(
        _ configure: (inout HubConfiguration) -> Void = { _ in }, _ body: (TestHub) async throws -> Void
    ) async throws {
        try await TestHub.run(
            in: folder,
            { configuration in
                configuration.policy.authentication = .secret
                configuration.policy.registersDevices = false
                configure(&configuration)
            }, body)
    }

    /// A new code for a device, as `validator-hub enrol` makes it.
    private func code(_ hub: TestHub, for id: String = "VLD1", at now: WallTime = Clock.now) async throws -> String {
        let store = try HubStoreSQLite(path: hub.configuration.databasePath)
        return try await EnrolmentDesk(store, policy: hub.configuration.policy) { _ in }.issueCode(for: id, at: now).description
    }

    private enum Clock {
        static var now: WallTime { WallTime(seconds: Int64(Date().timeIntervalSince1970)) }
    }

    private func enrol(_ hub: TestHub, _ code: String, as id: String = "VLD1") async throws -> TestHub.Reply {
        try await hub.manage(
            "enrol", ["device_id": .string(id), "code": .string(code), "hardware": ["model": "board", "version": "0.1.0"]])
    }

    @Test("for a code, once, and is served by it")
    func once() async throws {
        try await run({ $0.policy.tickets.secret = Array("of tickets".utf8) }) { hub async throws in
            let code = try await code(hub)
            #expect(try hub.database().devices.find("VLD1")?.secret == nil, "an unused code changes nothing")
            let reply = try await enrol(hub, code.lowercased().replacing("-", with: " "))
            #expect(reply.status == 200)
            let secret = try #require(reply["secret"]?.string)
            #expect(secret.utf8.count >= 32)
            #expect(reply["base_url"]?.string == "http://127.0.0.1:\(hub.port)/api")
            #expect(reply["url"]?.string == "http://127.0.0.1:\(hub.port)/manage/v1")
            #expect(reply["ticket_secret"]?.string == "of tickets")
            #expect(try await hub.saying(["Authorization": "Bearer \(secret)"]).heartbeat().code == 0)

            let again = try await enrol(hub, code)
            #expect(again.status == 410 && again["type"]?.string == "urn:validator:code-used" && again["status"]?.int == 410)
            #expect(try await hub.saying(["Authorization": "Bearer \(secret)"]).heartbeat().code == 0)
        }
    }

    @Test("for the newest code alone, and for none from before a secret that it got, or a revocation")
    func onlyNewest() async throws {
        try await run { hub async throws in
            let (first, second) = (try await code(hub), try await code(hub))
            #expect(try await enrol(hub, first)["type"]?.string == "urn:validator:code-unknown")
            #expect(try await enrol(hub, second).status == 200)

            let register = DeviceRegister(try HubStoreSQLite(path: hub.configuration.databasePath))
            let beforeRevocation = try await code(hub)
            #expect(try await register.revoke("VLD1", at: Clock.now))
            #expect(try await register.setSecret(Array("new".utf8), of: "VLD1"))
            #expect(try await enrol(hub, beforeRevocation).status == 403)
            let beforeSecret = try await code(hub)
            #expect(try await register.setSecret(Array("newer".utf8), of: "VLD1"))
            #expect(try await enrol(hub, beforeSecret).status == 403)
        }
    }

    @Test("by the address that the operator, or a trusted proxy, says")
    func address() async throws {
        try await run { hub async throws in
            let proxied = hub.saying(["X-Forwarded-Proto": "https", "X-Forwarded-Host": "hub.example"])
            #expect(try await enrol(proxied, code(hub))["base_url"]?.string == "https://hub.example/api")
        }
        try await run({ $0.proxies = [] }) { hub async throws in
            let stranger = hub.saying(["X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"])
            #expect(try await enrol(stranger, code(hub))["base_url"]?.string == "http://127.0.0.1:\(hub.port)/api")
        }
        try await run({ $0.publicURL = "https://hub.example" }) { hub async throws in
            #expect(try await enrol(hub, code(hub))["url"]?.string == "https://hub.example/manage/v1")
        }
    }

    @Test("for no code that is old, another's, or none, nor for a request that is none")
    func refused() async throws {
        try await run { hub async throws in
            let old = try await code(hub, for: "VLD3", at: Clock.now - .seconds(86401))
            let good = try await code(hub)
            let cases: [(String, String, Int, String)] = [
                (old, "VLD3", 410, "code-expired"), (good, "VLD2", 403, "code-of-another-device"),
                ("ABCD-EFGH-JKMN-PQRS", "VLD1", 403, "code-unknown"), ("", "VLD1", 403, "code-unknown"),
            ]
            for (code, id, status, kind) in cases {
                let reply = try await enrol(hub, code, as: id)
                #expect(reply.status == status && reply["type"]?.string == "urn:validator:\(kind)", "\(reply.body.text)")
                #expect(reply["title"]?.string?.isEmpty == false)
            }
            for body in ["[]", "{}", #"{"device_id":"VLD1"}"#, #"{"device_id":1,"code":"a"}"#, "not JSON"] {
                #expect(try await hub.manage("enrol", body: Array(body.utf8)).status == 400)
            }
            #expect(try await enrol(hub, good).status == 200)
        }
    }

    @Test("and whoever guesses is not listened to")
    func guessing() async throws {
        try await run { hub async throws in
            let good = try await code(hub)
            for _ in 0..<AttemptLimit.perAddress { #expect(try await enrol(hub, "ABCD-EFGH-JKMN-PQRS").status == 403) }
            let reply = try await enrol(hub, good)
            #expect(reply.status == 429 && reply["type"]?.string == "urn:validator:too-many-attempts")
            // From elsewhere, which a trusted proxy tells.
            #expect(try await enrol(hub.saying(["X-Forwarded-For": "198.51.100.7"]), good).status == 200)
        }
    }

    @Test("a new one in place of it, which the former outlives until the new one was used")
    func rotate() async throws {
        try await run { hub async throws in
            let secret = try #require(try await enrol(hub, code(hub))["secret"]?.string)
            func box(_ secret: String) -> TestHub { hub.saying(["Authorization": "Bearer \(secret)"]) }
            let lost = try #require(try await box(secret).manage("devices/VLD1/rotate")["secret"]?.string)
            // Its answer never came, and so it asks again.
            let next = try #require(try await box(secret).manage("devices/VLD1/rotate")["secret"]?.string)
            #expect(Set([secret, lost, next]).count == 3)
            #expect(try await box(secret).heartbeat().code == 0)
            #expect(try await box(lost).heartbeat().status == 401)
            #expect(try await box(next).heartbeat().code == 0)
            #expect(try await box(secret).heartbeat().status == 401)
            #expect(try await box(secret).manage("devices/VLD1/rotate").status == 401)
            #expect(try await box(next).manage("devices/VLD2/rotate").status == 401)
            #expect(try await hub.manage("devices/VLD1/rotate").status == 401)
            #expect(try await box(next).manage("devices/VLD1/rotate").status == 200)
        }
    }

    @Test("nobody takes another's name by it where the hub asks for no proof")
    func open() async throws {
        try await run({ $0.policy.authentication = .none }) { hub async throws in
            _ = try await enrol(hub, code(hub))
            #expect(try await hub.manage("devices/VLD1/rotate").status == 401)
        }
    }

    @Test("the command prints a code, and registers the device")
    func command() async throws {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
        #expect(await ValidatorHub.exitCode(of: ["enrol", "VLD1"], configuration: configuration) == 0)
        let database = try HubDatabase(path: folder.configuration.databasePath)
        #expect(try database.devices.find("VLD1") != nil)
        #expect(
            try database.connection.integer("SELECT count(*) FROM enrolments WHERE device_id = 'VLD1' AND used_at IS NULL") == 1)
        #expect(await ValidatorHub.exitCode(of: ["enrol", " "], configuration: configuration) == 64)
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1))
        #expect(await ValidatorHub.exitCode(of: ["enrol", "VLD1"], configuration: configuration) == 69)
    }
}
