import ArgumentParser
import Base
import Fares
import Foundation
import HubFiles
import HubStoreSQLite
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

struct CommandTests {
    /// The exit code of a command on the hub whose configuration is in `folder`.
    private func run(_ folder: borrowing TemporaryFolder, _ arguments: String...) async throws -> Int32 {
        try await run(folder, arguments)
    }

    private func run(_ folder: borrowing TemporaryFolder, _ arguments: [String]) async throws -> Int32 {
        let configuration = try folder.write("hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n")
        do {
            try await ValidatorHub.run(["--config", configuration] + arguments)
            return 0
        } catch {
            return ValidatorHub.exitCode(for: error).rawValue
        }
    }

    @Test("cards are imported whole or not at all")
    func importCards() async throws {
        let folder = TemporaryFolder()
        let good = try folder.write("good.csv", "AA,1\nBB,0\n")
        let bad = try folder.write("bad.csv", "CC,1\nXX,1\n")
        #expect(try await run(folder, "import-cards", good) == 0)
        #expect(try await run(folder, "import-cards", bad) == 65)
        #expect(try await run(folder, "import-cards", "/nonexistent.csv") == 66)
        let cards = try HubDatabase(path: folder.configuration.databasePath).cards
        #expect(try cards.isListed(#require(CardNumber("AA"))) == true)
        #expect(try cards.isListed(#require(CardNumber("BB"))) == false)
        #expect(try cards.isListed(#require(CardNumber("CC"))) == nil)
    }

    @Test("a rehearsal changes nothing, and ends as the import would")
    func rehearseImport() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, "import-cards", folder.write("first.csv", "AA,1\nBB,0\n")) == 0)
        let next = try folder.write("next.csv", "sep=;\nAA;1\nBB;1\nCC;1\n")
        #expect(try await run(folder, "import-cards", "--dry-run", "--replace", next) == 0)
        #expect(try await run(folder, "import-cards", "--dry-run", "--json", next) == 0)
        #expect(try await run(folder, "import-cards", "--json", next) == 64)
        #expect(try await run(folder, "import-cards", "--dry-run", folder.write("bad.csv", "AA,1\n1.2E+10,1\n")) == 65)
        let database = try HubDatabase(path: folder.configuration.databasePath)
        #expect(try database.cards.isListed(#require(CardNumber("CC"))) == nil)
        let read = try CardFileOnDisk(next)
        var rehearsal = CardImportRehearsal(file: "next.csv", list: "the white list", read)
        let store = try HubStoreSQLite(path: folder.configuration.databasePath)
        rehearsal.changes = try await store.changes(by: read.content.get().entries, line: nil, isReplacing: true)
        #expect(rehearsal.json["changes"]?.text == #"{"added":1,"removed":0,"changed":1,"unchanged":1}"#)
        #expect(rehearsal.json["separator"]?.string == "semicolon" && rehearsal.json["encoding"]?.string == "UTF-8")
        #expect(rehearsal.text.contains("line 2: [AA] [1]") && rehearsal.text.contains("add 1, remove 0, change the flag of 1"))
    }

    @Test("what was exported is what was imported", arguments: ["csv", "xlsx"])
    func export(format: String) async throws {
        let folder = TemporaryFolder()
        let cards = try folder.write("cards.csv", "00065537,1\n1E100234,0\n")
        #expect(try await run(folder, "import-cards", cards) == 0)
        #expect(try await run(folder, "import-cards", "--line", "26", cards) == 0)
        #expect(try await run(folder, "add-device", "VLD1") == 0)
        let output = folder.path("out.\(format)")
        for table in [["cards"], ["line", "--line", "26"], ["records"], ["devices"]] {
            #expect(try await run(folder, ["export"] + table + ["--format", format, "--output", output]) == 0)
        }
        #expect(try await run(folder, "export", "cards", "--output", folder.path("again.csv")) == 0)
        let again = try String(contentsOfFile: folder.path("again.csv"), encoding: .utf8)
        #expect(again == "card_no,flag\r\n00065537,1\r\n1E100234,0\r\n")
        #expect(try await run(folder, "export", "line", "--line", "27", "--output", output) == 65)
        #expect(try await run(folder, "export", "line", "--output", output) == 64)
        #expect(try await run(folder, "export", "cards", "--output", folder.path("none/out.csv")) == 73)
    }

    @Test(
        "a list is not replaced by nothing, unless that is meant", arguments: ["", "\u{FEFF}card_no,flag\r\n", ",,\r\n,,\r\n"],
        [[], ["--line", "26"]])
    func replaceByNothing(content: String, line: [String]) async throws {
        let folder = TemporaryFolder()
        let cards = try folder.write("cards.csv", "00065537,1\n")
        let nothing = try folder.write("nothing.csv", content)
        func count() throws -> Int {
            try HubDatabase(path: folder.configuration.databasePath).cards.count(line: line.last ?? "")
        }
        #expect(try await run(folder, ["import-cards", cards] + line) == 0)
        #expect(try await run(folder, ["import-cards", "--replace", nothing] + line) == 65)
        #expect(try await run(folder, ["import-cards", nothing] + line) == 0)
        #expect(try count() == 1)
        #expect(try await run(folder, ["import-cards", "--replace", "--allow-empty", nothing] + line) == 0)
        #expect(try count() == 0)
    }

    @Test(
        "no device is registered under an id that no request can have",
        arguments: [
            "", " VLD1", "VLD1 ", "VLD1\u{A0}", "\u{1B}[2J", "a\u{202E}b", String(repeating: "V", count: 65),
            String(repeating: "车", count: 22),
        ])
    func addDevice(id: String) async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, "add-device", id) == 64)
        #expect(try HubDatabase(path: folder.configuration.databasePath).devices.count() == 0)
        #expect(try await run(folder, "add-device", "车 1 " + String(repeating: "V", count: 58)) == 0)
    }

    @Test("settings are set whole or not at all")
    func setMode() async throws {
        let folder = TemporaryFolder()
        _ = try HubDatabase(path: folder.configuration.databasePath)
        #expect(try await run(folder, "set-mode", "--device", "VLD1", "white_mode=0") == 64)
        #expect(try await run(folder, "add-device", "VLD1") == 0)
        #expect(try await run(folder, "add-device", "VLD1") == 64)
        #expect(try await run(folder, "set-mode", "--device", "VLD1", "white_mode=0", "window=05:30-23:00") == 0)
        #expect(try await run(folder, "set-mode", "--device", "VLD1", "card_mode=0", "line=nowhere") == 64)
        #expect(try await run(folder, "set-mode", "--device", "VLD1", "card_mode=2") == 64)
        #expect(try await run(folder, "set-mode", "--device", "VLD1", "window=default") == 0)
        let device = try HubDatabase(path: folder.configuration.databasePath).devices.find("VLD1")
        #expect(device?.own == [.whiteListRequired: "0"])
    }

    @Test("keys are put in force, and a ticket needs one")
    func keys() async throws {
        let folder = TemporaryFolder()
        _ = try HubDatabase(path: folder.configuration.databasePath)
        #expect(try await run(folder, "print-ticket", "--card", "00065537") == 69)
        let given = try folder.write("keys", "# for June\n1=a84a6ce9\n\n255=c7da847c\n")
        #expect(try await run(folder, "add-keys", given) == 0)
        let keys = try HubDatabase(path: folder.configuration.databasePath).keys.ring().current?.keys
        #expect(keys == [.init(id: 1, text: "a84a6ce9"), .init(id: 255, text: "c7da847c")])
        for wrong in ["1", "256=x", "1=a\n1=b", "# none"] {
            #expect(try await run(folder, "add-keys", folder.write("wrong", wrong)) == 64)
        }
        #expect(try await run(folder, "rotate-keys", "--count", "2") == 0)
        #expect(try await run(folder, "print-ticket", "--card", "00065537", "--key-id", "3") == 64)
        #expect(try await run(folder, "print-ticket", "--card", "00065537", "--key-id", "2") == 0)
        #expect(try HubDatabase(path: folder.configuration.databasePath).keys.ring().current?.keys.map(\.id) == [1, 2])
    }

    @Test("keys on a command line, where everybody on the machine sees them, are not taken")
    func keysInSight() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, "add-keys", "1=a84a6ce9") == 64)
        #expect(try HubDatabase(path: folder.configuration.databasePath).keys.ring().current == nil)
    }

    @Test("a secret is written to a file that only its owner may read, and to none that is there")
    func secretFile() async throws {
        let folder = TemporaryFolder()
        func secret(_ id: String) throws -> String? {
            try HubDatabase(path: folder.configuration.databasePath).devices.find(id)?.secret.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        let file = "\(folder.path)/VLD1.secret"
        #expect(try await run(folder, "add-device", "VLD1", "--secret-file", file) == 0)
        let made = try #require(try secret("VLD1"))
        #expect(made.utf8.count == 48)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(made)\n")
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(try await run(folder, "set-secret", "VLD1", "--secret-file", file) == 73)
        #expect(try secret("VLD1") == made, "a secret that nobody could be told does not count")
        #expect(try await run(folder, "set-secret", "VLD1") == 0)
        #expect(try secret("VLD1")?.utf8.count == 48 && secret("VLD1") != made)
        #expect(try await run(folder, "set-secret", "VLD1", "--fleet") == 0)
        #expect(try secret("VLD1") == nil)
        #expect(try await run(folder, "add-device", "VLD2", "--without-secret") == 0)
        #expect(try secret("VLD2") == nil)
        #expect(try await run(folder, "set-secret", "VLD3") == 64)
        #expect(try await run(folder, "revoke", "VLD3") == 64)
    }

    @Test("a secret that standard output did not take does not count, nor is a device registered with it")
    func untoldSecret() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, "add-device", "VLD1") == 0)
        let devices = try HubDatabase(path: folder.configuration.databasePath).devices
        let before = try devices.all()
        for arguments in [["set-secret", "VLD1"], ["add-device", "VLD2"]] {
            let hub = Process()
            hub.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                .appending(path: "validator-hub")
            hub.arguments = ["--config", folder.path("hub.toml")] + arguments
            hub.standardOutput = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
            hub.standardError = FileHandle.nullDevice
            try hub.run()
            hub.waitUntilExit()
            #expect(hub.terminationStatus == 71)
        }
        #expect(try devices.all() == before)
    }

    @Test("a file for a secret that is not made is a mistake, and nothing is changed")
    func noSecret() async throws {
        let folder = TemporaryFolder()
        let file = "\(folder.path)/secret"
        #expect(try await run(folder, "add-device", "VLD1", "--without-secret", "--secret-file", file) == 64)
        #expect(try await run(folder, "add-device", "VLD1") == 0)
        #expect(try await run(folder, "set-secret", "VLD1", "--fleet", "--secret-file", file) == 64)
        let device = try HubDatabase(path: folder.configuration.databasePath).devices.find("VLD1")
        #expect(device?.secret != nil && !FileManager.default.fileExists(atPath: file))
    }

    @Test("a revocation warns where the device could register itself under another name")
    func revocationWarning() {
        var policy = HubPolicy()
        (policy.registersDevices, policy.authentication) = (true, .none)
        #expect(Revoke.warning(policy)?.contains("without any secret") == true)
        policy.secret = Array("fleet".utf8)
        #expect(Revoke.warning(policy)?.contains("change tokens.secret_file") == true)
        policy.authentication = .secret
        #expect(Revoke.warning(policy) == nil, "nobody has a secret under another name")
        policy.authentication = .certificate
        #expect(Revoke.warning(policy)?.contains("authority") == true)
        (policy.registersDevices, policy.authentication) = (false, .none)
        #expect(Revoke.warning(policy) == nil)
    }

    @Test("the listing of devices says whose secret counts, and which are revoked")
    func deviceLine() {
        var policy = HubPolicy()
        var device = Device(id: "VLD1", registered: WallTime(seconds: 0))
        #expect(device.line(policy: policy).hasSuffix("  secret=none"))
        policy.secret = Array("fleet".utf8)
        #expect(device.line(policy: policy).hasSuffix("  secret=fleet"))
        device.secret = Array("own".utf8)
        #expect(device.line(policy: policy).hasSuffix("  secret=own"))
        device.revoked = WallTime(seconds: 1)
        #expect(device.line(policy: policy).hasSuffix("  revoked"))
    }

    @Test(
        "a mistake in database.path makes no database, nor a key",
        arguments: [
            ["records"], ["devices"], ["tokens"], ["export", "cards", "--output", "/tmp/cards.csv"], ["forget-card", "00065537"],
            ["set-mode", "--device", "VLD1"], ["set-secret", "VLD1"], ["revoke", "VLD1"], ["print-ticket", "--card", "00065537"],
            ["move-store", "--to", "/nonexistent/new.db"], ["adopt-pseudonyms-key"], ["import-records", "/nonexistent"],
        ])
    func noDatabase(arguments: [String]) async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, arguments) == 66)
        #expect(try folder.files == ["hub.toml"])
    }

    @Test("a hub is set up by commands before it first runs, in a folder that is there")
    func setUp() async throws {
        let folder = TemporaryFolder()
        #expect(try await run(folder, "rotate-keys") == 0)
        let nowhere = try folder.write("nowhere.toml", "[database]\npath = \"\(folder.path("none/hub.db"))\"\n")
        #expect(await ValidatorHub.exitCode(of: ["rotate-keys"], configuration: nowhere) == 66)
        #expect(try !folder.files.contains("none"))
    }

    @Test("what a command makes as root belongs to the folder's owner, as whom the service runs", .enabled(if: getuid() == 0))
    func owner() async throws {
        let folder = TemporaryFolder()
        #expect(unsafe chown(folder.path, 65534, 65534) == 0)
        #expect(try await run(folder, "rotate-keys") == 0)
        #expect(try await run(folder, "test-root") == 0)
        #expect(try await run(folder, "forget-card", "00065537") == 0)
        for file in try folder.files where file != "hub.toml" {
            let owner = try FileManager.default.attributesOfItem(atPath: folder.path(file))[.ownerAccountID] as? Int
            #expect(owner == 65534, "\(file)")
        }
    }

    @Test(
        "an empty file is not taken for a first list, nor one that leaves less than four fifths of a list",
        arguments: [[], ["--line", "26"]])
    func shrunk(line: [String]) async throws {
        let folder = TemporaryFolder()
        func cards(_ count: Int) throws -> String {
            try folder.write("cards.csv", (0..<count).map { "AA0000\($0 + 10),1\n" }.joined())
        }
        func take(_ count: Int, _ options: String...) async throws -> Int32 {
            try await run(folder, ["import-cards", cards(count)] + line + options)
        }
        #expect(try await take(0) == 65)
        #expect(try await take(0, "--replace", "--dry-run") == 65)
        #expect(try await take(10) == 0)
        #expect(try await take(7, "--replace", "--dry-run") == 65)
        #expect(try await take(7, "--replace") == 65)
        #expect(try HubDatabase(path: folder.configuration.databasePath).cards.count(line: line.last ?? "") == 10)
        #expect(try await take(8, "--replace") == 0)
        #expect(try await take(1) == 0, "an increment takes nobody away")
        #expect(try await take(1, "--replace", "--dry-run", "--allow-shrink") == 0)
        #expect(try await take(1, "--replace", "--allow-shrink") == 0)
    }

    @Test("listings run on an empty hub")
    func listings() async throws {
        let folder = TemporaryFolder()
        _ = try HubDatabase(path: folder.configuration.databasePath)
        #expect(try await run(folder, "records", "--json") == 0)
        #expect(try await run(folder, "devices") == 0)
        #expect(try await run(folder, "tokens", "--json") == 0)
    }

    @Test("a file that is no database is left alone, and said to be none")
    func damagedDatabase() async throws {
        let folder = TemporaryFolder()
        let path = try folder.write("hub.db", String(repeating: "not a database\n", count: 1000))
        #expect(try await run(folder, "devices") == 65)
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("not a database"))
    }

    @Test("a wrong configuration is exit code 78, a missing one 66")
    func configuration() async throws {
        let folder = TemporaryFolder()
        let wrong = try folder.write("wrong.toml", "[server]\nport = 1\n")
        #expect(try await run(folder, "devices", "--config", wrong) == 78)
        #expect(try await run(folder, "devices", "--config", "/nonexistent.toml") == 66)
    }
}
