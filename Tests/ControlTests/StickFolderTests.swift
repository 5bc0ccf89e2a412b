import Foundation
import TestSupport
import Testing

@testable import validatorctl

@Suite("a file on a stick")
struct StickFolderTests {
    private let folder = TemporaryFolder()

    private var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

    @Test("is on the stick whole, under its name, for its owner alone")
    func written() throws {
        let stick = try StickFolder(folder.path, allowsOwnDisk: true)
        let path = try stick.write(Array("abc".utf8), named: "x")
        #expect(files == ["x.jsonl"] && path == "\(folder.path)/x.jsonl")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "abc")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("takes no other's place")
    func names() throws {
        let stick = try StickFolder(folder.path, allowsOwnDisk: true)
        #expect(try stick.write([1], named: "x").hasSuffix("/x.jsonl"))
        #expect(try stick.write([2], named: "x").hasSuffix("/x-2.jsonl"))
    }

    @Test("is begun anew after an attempt that was cut off")
    func remains() throws {
        try Data("torn".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.x.part"))
        let stick = try StickFolder(folder.path, allowsOwnDisk: true)
        _ = try stick.write([1], named: "x")
        #expect(files == ["x.jsonl"])
    }

    @Test("is not written to the box's own disk by mistake, nor where there is no folder")
    func wrongFolder() throws {
        let missing = #expect(throws: ControlFailure.self) { try StickFolder("/nowhere", allowsOwnDisk: true) }
        #expect(missing?.exitCode == 73)
        let root = #expect(throws: ControlFailure.self) { try StickFolder("/", allowsOwnDisk: false) }
        #expect(root?.description.contains("mount the USB stick") == true)
    }

    @Test("that cannot be written is an error that says what became of the records")
    func unwritable() throws {
        // The root of proc is a folder in which nobody can make a file.
        let stick = try StickFolder("/proc", allowsOwnDisk: false)
        let failure = #expect(throws: ControlFailure.self) { try stick.write([1], named: "x") }
        #expect(failure?.description.contains("nothing of it is marked as collected") == true)
    }
}
