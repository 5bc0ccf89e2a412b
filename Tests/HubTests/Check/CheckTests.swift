import Base
import Foundation
import Glibc
import TestSupport
import Testing

@testable import validator_hub

@Suite("validator-hub check")
struct CheckTests {
    private func outcomes(_ configuration: String) async throws -> [String: CheckItem] {
        let checks = InstallationChecks(
            path: configuration, url: nil, authorities: nil, now: WallTime(seconds: Int64(Date.now.timeIntervalSince1970)))
        return Dictionary(
            try await elsewhere { checks.run() }.get().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("finds a running hub in order")
    func good() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let path = try folder.write(
                "hub.toml",
                "[server]\nlisten = \"127.0.0.1:\(hub.port)\"\n[database]\npath = \"\(hub.configuration.databasePath)\"\n")
            let found = try await outcomes(path)
            for name in ["configuration", "files", "space", "database", "time_zone", "server", "clock"] {
                #expect(found[name]?.outcome == .good, "\(name): \(found[name]?.text ?? "missing")")
            }
            #expect(found["proxy"]?.outcome == .skipped)
            #expect(found["platform"] == nil)

            // A hub may be the platform of another.
            let behind = try String(contentsOfFile: path, encoding: .utf8)
            for (port, outcome) in [(hub.port, CheckItem.Outcome.good), (1, .wrong)] {
                let path = try folder.write(
                    "front.toml", "\(behind)[upstream]\nbase_url = \"http://127.0.0.1:\(port)/api\"\n")
                let item = try await outcomes(path)["platform"]
                #expect(item?.outcome == outcome, "\(item?.text ?? "missing")")
            }
        }
    }

    @Test("says what is wrong, each with a next step")
    func wrong() async throws {
        let folder = TemporaryFolder()
        let secret = try folder.write("secret", "x")
        #expect(unsafe chmod(secret, 0o644) == 0)
        let path = try folder.write(
            "hub.toml",
            "[server]\nlisten = \"127.0.0.1:1\"\n[database]\npath = \"\(folder.path)/none/hub.db\"\n[tokens]\nsecret_file = \"\(secret)\"\n"
        )
        let found = try await outcomes(path)
        for name in ["files", "space", "database", "server"] {
            #expect(found[name]?.outcome == .wrong && found[name]?.nextStep.isEmpty == false, "\(name)")
        }
        // It changes nothing, not even by looking.
        #expect(try folder.files == ["hub.toml", "secret"])
        let mistaken = try await outcomes(try folder.write("bad.toml", "[server]\nlisten = 1\n"))
        #expect(mistaken["configuration"]?.outcome == .wrong && mistaken.count == 1)
    }

    @Test("ends with 69 when something is wrong, in words and as JSON", arguments: [[], ["--json"]])
    func exitCode(options: [String]) async throws {
        let folder = TemporaryFolder()
        let path = try folder.write("hub.toml", "[server]\nlisten = \"127.0.0.1:1\"\n")
        #expect(await ValidatorHub.exitCode(of: ["check"] + options, configuration: path) == 69)
        #expect(throws: (any Error).self) { try ValidatorHub.parseAsRoot(["check", "--url", "http://hub.example.org"]) }
    }
}
