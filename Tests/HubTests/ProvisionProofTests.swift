import Base
import Cryptography
import Fares
import HubServices
import HubStoreSQLite
import TestSupport
import Testing

@testable import validator_hub

@Suite("the proof of another provisioning file")
struct ProvisionProofTests {
    private let folder = TemporaryFolder()
    private let content = "device_id = \"VLD1\"\nbase_url = \"https://p.example/hw\"\n"

    private func line(_ configuration: HubConfiguration) async throws -> String {
        let file = try folder.write("file.toml", content)
        let database = try HubDatabase(path: configuration.databasePath)
        if try database.devices.find("VLD1") == nil {
            _ = try database.devices.insert("VLD1", at: WallTime(seconds: 1_700_000_000))
        }
        let command = try ProvisionProof.parse(["--config", "none", "VLD1", file])
        return try await command.line(configuration, try HubStoreSQLite(path: configuration.databasePath))
    }

    private func isProven(_ line: String, under secret: String) throws -> Bool {
        try ProvenFile(Array((content + line + "\n").utf8)).isProven(under: Array(secret.utf8))
    }

    @Test("is under the platform's secret, and without one under that of tickets")
    func secrets() async throws {
        var configuration = folder.configuration
        configuration.policy.tickets.secret = Array("of tickets".utf8)
        #expect(try await isProven(line(configuration), under: "of tickets"))
        configuration.policy.secret = Array("of the platform".utf8)
        #expect(try await isProven(line(configuration), under: "of the platform"))
    }

    @Test("is refused for a device that shares no secret with the hub, and for one that there is not")
    func refused() async throws {
        await #expect { try await line(folder.configuration) } throws: { ($0 as? CommandFailure)?.exit == .unavailable }
        var configuration = folder.configuration
        configuration.policy.secret = Array("of the platform".utf8)
        let command = try ProvisionProof.parse(["--config", "none", "VLD2", folder.write("file.toml", content)])
        let store = try HubStoreSQLite(path: configuration.databasePath)
        await #expect { try await command.line(configuration, store) } throws: { ($0 as? CommandFailure)?.exit == .usage }
    }

    @Test("is refused for a device that is revoked, and says that it is")
    func revoked() async throws {
        var configuration = folder.configuration
        configuration.policy.secret = Array("of the platform".utf8)
        _ = try await line(configuration)
        let database = try HubDatabase(path: configuration.databasePath)
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1_700_000_001))
        await #expect { try await line(configuration) } throws: {
            ($0 as? CommandFailure)?.text.contains("VLD1 is revoked") == true
        }
    }
}
