import Base
import Foundation
import JSON
import Testing

@testable import validatorctl

@Suite("a file of collected records")
struct RecordFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

    @Test("says whose it is, how much is in it, and its checksum")
    func layout() throws {
        var file = RecordFile(device: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000))
        file.append(["kind": "tap", "row": 1])
        file.append(["kind": "position", "row": 2])
        file.finish()
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(
            lines.first
                == "{\"kind\":\"collection\",\"format\":1,\"device_id\":\"VLD1\",\"version\":\"0.1.0\",\"time_ms\":1700000000000}"
        )
        let end = try JSONValue(parsing: #require(lines.last))
        #expect(end["kind"] == "end" && end["records"] == 2 && end["xxh64"]?.string?.count == 16)
    }

    @Test("has a name that every file system takes")
    func name() {
        #expect(RecordFile.name(device: "A:1", time: WallTime(seconds: 1_700_000_000)) == "validator-A_1-20231114T221320Z")
    }

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
