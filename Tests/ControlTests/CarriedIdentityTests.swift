import Base
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
    private func fill(_ identity: IdentityFile = Self.identity()) throws {
        var records = RecordFile(device: "VLD1", version: "0.1.0", time: identity.time)
        records.append(["kind": "tap"])
        records.finish()
        _ = try folder.write("x.jsonl", String(decoding: records.bytes, as: UTF8.self))
        var identity = identity
        identity.recordCount = 1
        identity.recordFiles = [.init(name: "x.jsonl", checksum: CarriedFileWriter.checksum(of: records.bytes))]
        _ = try folder.write("x.identity", String(decoding: identity.bytes, as: UTF8.self))
    }

    private func failure(_ work: () throws -> Void) -> ControlFailure? {
        #expect(throws: ControlFailure.self) { try work() }
    }

    @Test("is found on its stick, with its records")
    func found() throws {
        #expect(failure { _ = try CarriedIdentity(in: folder.path) }?.description.contains("validatorctl handover") == true)
        try fill()
        #expect(try CarriedIdentity(in: folder.path).identity.deviceID == "VLD1")
        _ = try folder.write("y.identity", "")
        #expect(failure { _ = try CarriedIdentity(in: folder.path) }?.description.contains("several boxes") == true)
    }

    @Test("is refused when its records are missing or damaged")
    func records() throws {
        try fill()
        _ = try folder.write("x.jsonl", "{}\n")
        #expect(failure { _ = try CarriedIdentity(in: folder.path) }?.exitCode == 65)
        try FileManager.default.removeItem(atPath: "\(folder.path)/x.jsonl")
        #expect(failure { _ = try CarriedIdentity(in: folder.path) }?.exitCode == 66)
    }

    @Test("is one box's: who has claimed it may go on, nobody else")
    func claim() throws {
        try fill()
        let carried = try CarriedIdentity(in: folder.path)
        try carried.claim(for: "one")
        try carried.claim(for: "one")
        #expect(failure { try carried.claim(for: "another") }?.description.contains("is used already") == true)
        carried.remove()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["x.jsonl"])
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
            try new.check()
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
        let failure = #expect(throws: ControlFailure.self) { try new.check() }
        #expect(failure?.exitCode == 65 && failure?.description.contains("nothing was changed\n") == true)
        new.discard()
        #expect(files == ["validator.toml"] && text("validator.toml") == "old")
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
