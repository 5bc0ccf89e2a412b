import Base
import Cryptography
import Foundation
import RecordFiles
import TestSupport
import Testing

@testable import validatorctl

@Suite("a box's identity on a stick")
struct CarriedIdentityTests {
    private let folder = TemporaryFolder()

    private static func identity() -> IdentityFile {
        var identity = IdentityFile(
            deviceID: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000),
            configurationFile: "/etc/validator/validator.toml", stateFolder: "/var/lib/validator")
        identity.contents = [
            .init(name: "validator.toml", bytes: Array("[device]\nid = \"VLD1\" # 一号\n".utf8)),
            .init(name: "ticket.secret", bytes: [0xFF, 0, 0x0A]),
        ]
        return identity
    }

    /// Puts a whole handover onto the stick: one record file, and the identity that names it.
    private func fill(_ identity: IdentityFile = Self.identity(), for recipients: SealRecipients? = nil) throws {
        if let recipients { return try fill(identity, sealedFor: recipients) }
        var records = RecordFile(device: "VLD1", version: "0.1.0", time: identity.time)
        records.append(["kind": "tap"])
        records.finish()
        _ = try folder.write("x.jsonl", String(decoding: records.bytes, as: UTF8.self))
        var identity = identity
        identity.recordCount = 1
        identity.recordFiles = [.init(name: "x.jsonl", checksum: CarriedFileWriter.checksum(of: records.bytes))]
        _ = try folder.write("x.identity", String(decoding: identity.bytes, as: UTF8.self))
    }

    private func fill(_ identity: IdentityFile, sealedFor recipients: SealRecipients) throws {
        let stick = try StickFolder(folder.path, allowsOwnDisk: true)
        var records = RecordFile(device: "VLD1", version: "0.1.0", time: identity.time)
        var output = try CarriedOutput(in: stick, named: "x", for: recipients)
        for number in 0..<3000 { records.append(["kind": "tap", "row": .int(number)]) }
        try output.append(records.take())
        records.finish()
        try output.append(records.take())
        let content = output.contentChecksum
        let (path, checksum) = try output.finish()
        var identity = identity
        identity.recordFiles = [
            .init(name: IdentityFile.name(of: path), checksum: checksum, contentChecksum: content)
        ]
        var sealer = FileSealer(for: recipients)
        sealer.append(identity.bytes)
        sealer.finish()
        _ = try stick.write(sealer.take(), named: "x", type: "identity")
    }

    private func failure(_ work: () throws -> Void) -> ControlFailure? {
        #expect(throws: ControlFailure.self) { try work() }
    }

    @Test("is found on its stick, with its records")
    func found() throws {
        #expect(
            failure { _ = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true) }?.description.contains(
                "validatorctl handover") == true)
        try fill()
        #expect(try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true).identity.deviceID == "VLD1")
        _ = try folder.write("y.identity", "")
        #expect(
            failure { _ = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true) }?.description.contains(
                "several boxes") == true)
    }

    @Test("is refused when its records are missing or damaged")
    func records() throws {
        try fill()
        _ = try folder.write("x.jsonl", "{}\n")
        #expect(failure { _ = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true) }?.exitCode == 65)
        try FileManager.default.removeItem(atPath: "\(folder.path)/x.jsonl")
        #expect(failure { _ = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true) }?.exitCode == 66)
    }

    private static let passphrase = Array("correct horse".utf8)
    private static let recipients = SealRecipients(passphrase: passphrase, hub: HubPrivateKey().publicKey)

    @Test("that is sealed tells nothing without its passphrase, and all of it with")
    func sealed() throws {
        try fill(for: Self.recipients)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            #expect(SealOpener.isSealed(content) && content.range(of: Data("VLD1".utf8)) == nil)
            #expect(content.range(of: Data("\"row\":".utf8)) == nil)
        }
        let wrong = failure {
            _ = try CarriedIdentity(in: folder.path, passphrase: Array("correct house".utf8), isPlain: true)
        }
        #expect(wrong?.exitCode == 65 && wrong?.description.contains("another one") == true)
        let carried = try CarriedIdentity(in: folder.path, passphrase: Self.passphrase, isPlain: false)
        #expect(carried.identity.contents == Self.identity().contents)
        let target = TemporaryFolder()
        try carried.copy(
            carried.identity.recordFiles[0], to: StickFolder(target.path, allowsOwnDisk: true), named: "takeover-1", type: "jsonl"
        )
        let records = try Data(contentsOf: URL(fileURLWithPath: "\(target.path)/takeover-1.jsonl"))
        #expect(String(decoding: records, as: UTF8.self).split(separator: "\n").count == 3002)
    }

    @Test("that is sealed and was torn is told for torn, and no file of it comes to the box")
    func torn() throws {
        try fill(for: Self.recipients)
        for name in ["x.identity", "x.sealed"] {
            let file = URL(fileURLWithPath: "\(folder.path)/\(name)")
            let whole = try Data(contentsOf: file)
            try whole.dropLast(7).write(to: file)
            let failure = failure { _ = try CarriedIdentity(in: folder.path, passphrase: Self.passphrase, isPlain: false) }
            #expect(failure?.exitCode == 65 && failure?.description.contains("damaged or cut off") == true)
            try whole.write(to: file)
        }
        let carried = try CarriedIdentity(in: folder.path, passphrase: Self.passphrase, isPlain: false)
        let records = URL(fileURLWithPath: "\(folder.path)/x.sealed")
        try Data(contentsOf: records).dropLast(7).write(to: records)
        let target = TemporaryFolder()
        #expect(throws: ControlFailure.self) {
            try carried.copy(
                carried.identity.recordFiles[0], to: StickFolder(target.path, allowsOwnDisk: true), named: "takeover-1",
                type: "jsonl")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
    }

    @Test("that is not sealed is taken by an explicit word alone")
    func plain() throws {
        try fill()
        let refusal = failure { _ = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: false) }
        #expect(refusal?.description.contains("--plain") == true && refusal?.exitCode == 1)
    }

    @Test("is one box's: who has claimed it may go on, nobody else")
    func claim() throws {
        try fill()
        let carried = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true)
        try carried.claim(for: "one")
        try carried.claim(for: "one")
        #expect(failure { try carried.claim(for: "another") }?.description.contains("is used already") == true)
        carried.remove()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["x.jsonl"])
    }

    private func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: "\(folder.path)/\(old)", toPath: "\(folder.path)/\(new)")
    }

    @Test("stays one box's under another name")
    func renamed() throws {
        try fill()
        try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true).claim(for: "one")
        try rename("x.identity", "copy of x.identity")
        let carried = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true)
        #expect(failure { try carried.claim(for: "another") }?.description.contains("is used already") == true)
        try carried.claim(for: "one")
        carried.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.jsonl"])
    }

    @Test("is not taken for another that had its name, as a box without a clock may give it")
    func otherOfTheName() throws {
        try fill()
        try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true).claim(for: "one")
        var identity = Self.identity()
        identity.version = "0.2.0"
        try fill(identity)
        let carried = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true)
        try carried.claim(for: "another")
        #expect(failure { try carried.claim(for: "one") }?.description.contains("is used already") == true)
    }

    @Test("that a box of the release before has claimed is that box's, by its name")
    func formerClaim() throws {
        try fill()
        _ = try folder.write("x.claim", "one")
        let carried = try CarriedIdentity(in: folder.path, passphrase: nil, isPlain: true)
        #expect(failure { try carried.claim(for: "another") }?.description.contains("is used already") == true)
        try carried.claim(for: "one")
    }
}

@Suite("the configuration's folder of a box that takes over")
struct ConfigurationFolderTests {
    private let folder = TemporaryFolder()

    private var configuration: String { "\(folder.path)/validator.toml" }
    private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

    private func text(_ name: String) -> String? { try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) }

    private func contents(_ more: String = "", secret: String = "new\n") -> [IdentityFile.Content] {
        let text = """
            [device]
            id = "VLD1"
            [platform]
            base_url = "https://platform.example"
            [tickets]
            secret_file = "\(folder.path)/ticket.secret"
            \(more)
            """
        return [
            .init(name: "validator.toml", bytes: Array(text.utf8)), .init(name: "ticket.secret", bytes: Array(secret.utf8)),
        ]
    }

    @Test("gets every file at once, and keeps what was there before; again changes nothing")
    func installed() throws {
        _ = try folder.write("validator.toml", "old")
        for _ in 0..<2 {
            let new = try ConfigurationFolder(configuration, contents(), owner: BoxUser())
            try new.check(deviceID: "VLD1", stateFolder: "/var/lib/validator")
            try new.install()
            new.discard()
            #expect(files == ["ticket.secret", "validator.toml", "validator.toml.previous"])
            #expect(text("validator.toml.previous") == "old" && text("ticket.secret") == "new\n")
            #expect(text("validator.toml")?.contains("VLD1") == true)
        }
        func mode(_ name: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")[.posixPermissions] as? Int
        }
        #expect(try mode("validator.toml") == 0o640 && mode("ticket.secret") == 0o600)
    }

    @Test(
        "keeps its own when validatord does not take the new one: a mistake, a secret that is empty, one that was not carried",
        arguments: [
            ("[log]\nlevel = \"loud\"", "new\n"), ("", ""), ("[platform.token]\nvalue_file = \"/nowhere/token\"", "new\n"),
        ])
    func refused(more: String, secret: String) throws {
        _ = try folder.write("validator.toml", "old")
        let new = try ConfigurationFolder(configuration, contents(more, secret: secret), owner: BoxUser())
        let failure = #expect(throws: ControlFailure.self) { try new.check(deviceID: "VLD1", stateFolder: "/var/lib/validator") }
        #expect(failure?.exitCode == 65 && failure?.description.contains("nothing was changed\n") == true)
        new.discard()
        #expect(files == ["validator.toml"] && text("validator.toml") == "old")
    }

    @Test(
        "keeps its own when the new one has another name, or its records elsewhere, than the stick says: nobody looked there for unsent ones"
    )
    func otherStateFolder() throws {
        _ = try folder.write("validator.toml", "old")
        let usual = "/var/lib/validator"
        for (more, id, stick) in [
            ("", "VLD1", "/elsewhere"), ("[device]\nstate_dir = \"/elsewhere\"", "VLD1", usual), ("", "VLD2", usual),
        ] {
            var contents = contents()
            if !more.isEmpty {
                let text = String(decoding: contents[0].bytes, as: UTF8.self).replacing("[device]", with: more)
                contents[0].bytes = Array(text.utf8)
            }
            let new = try ConfigurationFolder(configuration, contents, owner: BoxUser())
            let failure = #expect(throws: ControlFailure.self) { try new.check(deviceID: id, stateFolder: stick) }
            #expect(failure?.description.contains("has device.\(id == "VLD1" ? "state_dir" : "id")") == true)
            new.discard()
            #expect(files == ["validator.toml"] && text("validator.toml") == "old")
        }
    }

    @Test("a link in its place is removed, and what it led to is left alone")
    func link() throws {
        let other = TemporaryFolder()
        try other.write("mine", "x")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/.takeover.new", withDestinationPath: other.path)
        try ConfigurationFolder(configuration, contents(), owner: BoxUser()).install()
        #expect(FileManager.default.fileExists(atPath: other.path("mine")))
    }

    @Test("a pipe or a device among carried files is refused, and not waited for", arguments: ["pipe", "zero"])
    func noFile(name: String) throws {
        let path = folder.path(name)
        if name == "pipe" { #expect(unsafe mkfifo(path, 0o600) == 0) } else { #expect(unsafe symlink("/dev/zero", path) == 0) }
        let failure = #expect(throws: ControlFailure.self) { try WholeFile.checksum(path, like: "") }
        #expect(failure?.description.contains("is no file") == true)
        #expect(throws: ControlFailure.self) { try WholeFile.read(path, limit: 10) }
    }

    @Test("is begun anew after an attempt that was cut off")
    func remains() throws {
        _ = try ConfigurationFolder(configuration, contents(), owner: BoxUser())
        let new = try ConfigurationFolder(configuration, contents(), owner: BoxUser())
        try new.install()
        new.discard()
        #expect(files == ["ticket.secret", "validator.toml"])
    }
}

@Suite("what seals a carried file")
struct SealOptionsTests {
    @Test("plain and a passphrase at once is a mistake: what seemed sealed would be open")
    func both() throws {
        let folder = TemporaryFolder()
        let file = try folder.write("passphrase", "long enough\n")
        let failure = try #require(throws: ControlFailure.self) {
            try SealOptions.parse(["--plain", "--passphrase-file", file]).protection()
        }
        #expect(failure.exitCode == 64)
        #expect(try !SealOptions.parse(["--passphrase-file", file]).protection().isPlain)
    }
}
