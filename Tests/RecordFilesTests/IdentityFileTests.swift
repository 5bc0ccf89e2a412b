import Base
import RecordFiles
import Testing

@Suite("the file of a box's identity")
struct IdentityFileTests {
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

    @Test("comes back as it was written, files of bytes and the names of its records too")
    func roundTrip() throws {
        var identity = Self.identity()
        identity.recordCount = 5
        identity.recordFiles = [
            .init(name: "x.jsonl", checksum: "00ff00ff00ff00ff"),
            .init(
                name: "y.sealed", checksum: String(repeating: "0f", count: 32),
                contentChecksum: String(repeating: "f0", count: 32)),
        ]
        #expect(try IdentityFile(identity.bytes) == identity)
    }

    @Test("is refused when a byte of it is missing or another one")
    func damaged() {
        let whole = Self.identity().bytes
        for end in 0..<whole.count { #expect(throws: CarriedFileError.self) { try IdentityFile(Array(whole[..<end])) } }
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1
            #expect(throws: CarriedFileError.self) { try IdentityFile(bytes) }
        }
    }

    @Test(
        "names files of the configuration's folder and no others",
        arguments: ["../shadow", "/etc/shadow", ".takeover.new", "", "a/b", "a\nb", "validator.toml"])
    func names(name: String) {
        var identity = Self.identity()
        identity.contents.append(.init(name: name, bytes: [1]))
        #expect(throws: CarriedFileError.notUnderstood(line: 4)) { try IdentityFile(identity.bytes) }
    }

    @Test("holds the configuration itself")
    func withoutConfiguration() {
        var identity = Self.identity()
        identity.contents.removeFirst()
        #expect(throws: CarriedFileError.notUnderstood(line: 1)) { try IdentityFile(identity.bytes) }
    }

    @Test("the note of a handover comes back as it was written, and anything else is none")
    func note() {
        let note = HandoverNote(
            deviceID: "VLD1", time: WallTime(milliseconds: 1_700_000_000_123), file: "x.identity", checksum: "00ff")
        #expect(HandoverNote(note.bytes) == note)
        #expect(HandoverNote(Array("{}".utf8)) == nil && HandoverNote([]) == nil)
    }
}
