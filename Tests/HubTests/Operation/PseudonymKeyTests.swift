import Foundation
import HubStoreSQLite
import TestSupport
import Testing

@testable import validator_hub

@Suite("The key of the pseudonyms")
struct PseudonymKeyTests {
    private func start(_ folder: borrowing TemporaryFolder) async throws {
        let (configuration, store) = (folder.configuration, try HubStoreSQLite(path: folder.configuration.databasePath))
        _ = try await PseudonymKey.pseudonyms(configuration, store)
    }

    private func run(_ folder: borrowing TemporaryFolder, _ arguments: String...) async throws -> Int32 {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path("hub.db"))\"\n")
        return await ValidatorHub.exitCode(of: arguments, configuration: configuration)
    }

    private func exit(of body: () async throws -> Void) async -> SystemExit? {
        do {
            try await body()
            return nil
        } catch {
            return CommandFailure(error).exit
        }
    }

    @Test("is one for a database: a hub with another one, or none, does not start, and no key is made")
    func other() async throws {
        let folder = TemporaryFolder()
        let file = folder.path("pseudonyms.key")
        try await start(folder)
        try await start(folder)
        let key = try Data(contentsOf: URL(filePath: file))
        try FileManager.default.removeItem(atPath: file)
        #expect(await exit { try await start(folder) } == .configuration)
        #expect(!FileManager.default.fileExists(atPath: file))
        try Data(repeating: 7, count: 32).write(to: URL(filePath: file))
        #expect(await exit { try await start(folder) } == .configuration)
        #expect(try await run(folder, "forget-card", "00065537") == 78)
        try key.write(to: URL(filePath: file))
        try await start(folder)
    }

    @Test("changes when that is said, and the one of before is then another")
    func adopted() async throws {
        let folder = TemporaryFolder()
        let file = folder.path("pseudonyms.key")
        try await start(folder)
        let former = try Data(contentsOf: URL(filePath: file))
        #expect(try await run(folder, "adopt-pseudonyms-key") == 0)
        #expect(try Data(contentsOf: URL(filePath: file)) == former)
        try FileManager.default.removeItem(atPath: file)
        #expect(try await run(folder, "adopt-pseudonyms-key") == 0)
        #expect(try Data(contentsOf: URL(filePath: file)) != former)
        try await start(folder)
        try former.write(to: URL(filePath: file))
        #expect(await exit { try await start(folder) } == .configuration)
        // And back, which is another change.
        #expect(try await run(folder, "adopt-pseudonyms-key") == 0)
        try await start(folder)
    }

    @Test("does not change while a hub runs")
    func running() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { _ async throws in
            #expect(try await run(folder, "adopt-pseudonyms-key") == 69)
        }
        #expect(try await run(folder, "adopt-pseudonyms-key") == 0)
    }

    @Test("a database's memory of it tells nobody the key, and is of the whole key")
    func fingerprint() {
        let key = [UInt8](0..<32)
        var other = key
        other[31] ^= 1
        #expect(PseudonymKey.fingerprint(of: key) == PseudonymKey.fingerprint(of: key))
        #expect(PseudonymKey.fingerprint(of: key) != PseudonymKey.fingerprint(of: other))
    }
}
