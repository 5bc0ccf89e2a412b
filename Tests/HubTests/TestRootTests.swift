import Base
import Cryptography
import Fares
import Foundation
import TestSupport
import Testing

@testable import HubServices
@testable import validator_hub

@Suite("Test codes that the hub makes")
struct TestRootTests {
    private static let now = WallTime(seconds: 1_790_000_000)

    /// A database, and the path of it.
    private func database(in folder: borrowing TemporaryFolder) throws -> String {
        let path = folder.configuration.databasePath
        _ = try HubDatabase(path: path)
        return path
    }

    private func code(_ path: String, _ arguments: String...) throws -> [UInt8] {
        let command = try PrintTicket.parse(["--transport", "--card", "31059999000000000001"] + arguments)
        var configuration = HubConfiguration()
        configuration.databasePath = path
        return try command.testCode(configuration, now: Self.now)
    }

    /// What a box says that believes the hub's root.
    private func fault(of payload: [UInt8], _ path: String, at time: WallTime = now, acceptsTests: Bool = true) throws
        -> TicketFault?
    {
        var settings = TicketSettings()
        settings.transport.acceptsTests = acceptsTests
        let roots = try RootKeySet(file: Array(TestRoot.load(besideDatabase: path).line.utf8), verifier: Libcrypto())
        var reader = TicketReader(settings, Libcrypto())
        let circumstances = TicketCircumstances(
            keys: KeyRing(), roots: roots, timeForStart: time, timeForEnd: time, skew: .zero)
        return switch reader.check(payload, under: circumstances) {
        case .success: nil
        case .failure(let fault): fault
        }
    }

    @Test("ride on a box that has the hub's line among its roots and accepts tests, and on no other")
    func accepted() throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        let made = try code(path)
        #expect(try fault(of: made, path) == nil)
        #expect(try fault(of: made, path, acceptsTests: false) == .issuerNotAccepted)
        let other = TemporaryFolder()
        #expect(try fault(of: made, database(in: other)) == .forged)
        #expect(try code(path) != made, "each is good for a ride of its own")
    }

    @Test("are marked as tests, and say what was asked for")
    func marks() throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        let plain = try #require(TransportCode(code(path)))
        #expect(plain.issuer == "99999999" && plain.accountType == 4 && plain.rootIndex == TestRoot.index)
        #expect(plain.made == Self.now && plain.validitySeconds == 60 && plain.maximumFen == 2000)
        #expect(plain.authorisationEnd == Self.now + .seconds(86400))
        let made = try #require(
            TransportCode(
                code(
                    path, "--validity-s", "1200", "--authorisation-s", "600", "--maximum-fen", "150", "--issued", "1780000000")))
        #expect(made.card == CardNumber("31059999000000000001") && made.made == WallTime(seconds: 1_780_000_000))
        #expect(made.validitySeconds == 1200 && made.maximumFen == 150)
        #expect(made.authorisationEnd == WallTime(seconds: 1_780_000_600))
    }

    @Test(
        "can be too old in each way",
        arguments: zip([3600, 2 * 86400, 800 * 86400], [TicketFault.expired, .authorisationExpired, .certificateExpired]))
    func old(age: Int64, expected: TicketFault) throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        #expect(try fault(of: code(path, "--issued", "\(Self.now.seconds - age)"), path) == expected)
    }

    @Test("are written as base64, as hexadecimal digits, or into a file as they are")
    func output() async throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n")
        let file = "\(folder.path)/code"
        let arguments = ["print-ticket", "--transport", "--card", "31059999000000000001"]
        #expect(await ValidatorHub.exitCode(of: arguments, configuration: configuration) == 0)
        #expect(await ValidatorHub.exitCode(of: arguments + ["--hex"], configuration: configuration) == 0)
        #expect(await ValidatorHub.exitCode(of: arguments + ["--output", file], configuration: configuration) == 0)
        #expect(TransportCode(Array(try Data(contentsOf: URL(filePath: file)))) != nil)
        #expect(
            await ValidatorHub.exitCode(of: arguments + ["--output", "\(folder.path)/no/code"], configuration: configuration)
                == 73)
        #expect(await ValidatorHub.exitCode(of: ["test-root"], configuration: configuration) == 0)
    }

    @Test(
        "what cannot be in a code, and options of the other form, are wrong usage",
        arguments: [
            ["--transport", "--card", "04A2B3C4"], ["--transport", "--card", "310599990000000000012"],
            ["--transport", "--card", "1", "--validity-s", "1201"], ["--transport", "--card", "1", "--maximum-fen", "16777216"],
            ["--transport", "--card", "1", "--maximum-fen=-1"], ["--transport", "--card", "1", "--pass"],
            ["--transport", "--card", "1", "--issued", "4294967295", "--authorisation-s", "1"],
            ["--transport", "--card", "1", "--key-id", "1"], ["--transport", "--card", "1", "--hex", "--output", "/tmp/code"],
            ["--card", "1", "--hex"], ["--card", "1", "--issued", "1"],
        ])
    func usage(arguments: [String]) async throws {
        let folder = TemporaryFolder()
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.configuration.databasePath)\"\n")
        #expect(await ValidatorHub.exitCode(of: ["print-ticket"] + arguments, configuration: configuration) == 64)
    }

    @Test("the root is made once, and its key is for nobody else to read")
    func key() throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        let line = try TestRoot.load(besideDatabase: path).line
        #expect(try TestRoot.load(besideDatabase: path).line == line)
        let file = "\(folder.path)/test-root.key"
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        try Data(repeating: 0xFF, count: 32).write(to: URL(filePath: file))
        #expect(throws: CommandFailure.self) { _ = try TestRoot.load(besideDatabase: path) }
    }

    @Test("a file of a code is for its owner only, also one that was there; a device is left as it is")
    func permissions() async throws {
        let folder = TemporaryFolder()
        let path = try database(in: folder)
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n")
        let arguments = ["print-ticket", "--transport", "--card", "31059999000000000001", "--output"]
        let file = try folder.write("code", "a longer content than that of any code" + String(repeating: ".", count: 400))
        #expect(unsafe chmod(file, 0o644) == 0)
        #expect(await ValidatorHub.exitCode(of: arguments + [file], configuration: configuration) == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(TransportCode(Array(try Data(contentsOf: URL(filePath: file)))) != nil)
        let before = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.posixPermissions] as? Int
        #expect(await ValidatorHub.exitCode(of: arguments + ["/dev/null"], configuration: configuration) == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.posixPermissions] as? Int == before)
        #expect(await ValidatorHub.exitCode(of: arguments + ["-"], configuration: configuration) == 0)
        #expect(!FileManager.default.fileExists(atPath: "-"))
    }
}
