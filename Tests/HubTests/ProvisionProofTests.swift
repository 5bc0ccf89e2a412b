import Base
import Cryptography
import Fares
import HubServices
import TestSupport
import Testing

@testable import validator_hub

@Suite("the proof of another provisioning file")
struct ProvisionProofTests {
    private let folder = TemporaryFolder()
    private let content = "device_id = \"VLD1\"\nbase_url = \"https://p.example/hw\"\n"

    private func line(_ configuration: HubConfiguration) throws -> String {
        let file = try folder.write("file.toml", content)
        let database = try HubDatabase(path: configuration.databasePath)
        if try database.devices.find("VLD1") == nil {
            _ = try database.devices.insert("VLD1", at: WallTime(seconds: 1_700_000_000))
        }
        let command = try ProvisionProof.parse(["--config", "none", "VLD1", file])
        return try command.line(configuration, database)
    }

    private func isProven(_ line: String, under secret: String) throws -> Bool {
        try ProvenFile(Array((content + line + "\n").utf8)).isProven(under: Array(secret.utf8))
    }

    @Test("is under the platform's secret, and without one under that of tickets")
    func secrets() throws {
        var configuration = folder.configuration
        configuration.policy.tickets.secret = Array("of tickets".utf8)
        #expect(try isProven(line(configuration), under: "of tickets"))
        configuration.policy.secret = Array("of the platform".utf8)
        #expect(try isProven(line(configuration), under: "of the platform"))
    }

    @Test("is refused for a device that shares no secret with the hub, and for one that there is not")
    func refused() throws {
        #expect { try line(folder.configuration) } throws: { ($0 as? CommandFailure)?.exit == .unavailable }
        var configuration = folder.configuration
        configuration.policy.secret = Array("of the platform".utf8)
        let command = try ProvisionProof.parse(["--config", "none", "VLD2", folder.write("file.toml", content)])
        let database = try HubDatabase(path: configuration.databasePath)
        #expect { try command.line(configuration, database) } throws: { ($0 as? CommandFailure)?.exit == .usage }
    }

    @Test("is refused for a device that is revoked, and says that it is")
    func revoked() throws {
        var configuration = folder.configuration
        configuration.policy.secret = Array("of the platform".utf8)
        _ = try line(configuration)
        let database = try HubDatabase(path: configuration.databasePath)
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1_700_000_001))
        #expect { try line(configuration) } throws: { ($0 as? CommandFailure)?.text.contains("VLD1 is revoked") == true }
    }
}
