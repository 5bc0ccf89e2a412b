import Base
import Glibc
import TestSupport
import Testing

@testable import validatorctl

@Suite("giving files to the daemon's user")
struct BoxUserTests {
    private let folder = TemporaryFolder()

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test("a file becomes the daemon's own, or one that it may only read")
    func file() throws {
        let file = try folder.write("records", "x")
        try BoxUser().own(file)
        #expect(mode(file) == 0o600)
        try BoxUser().own(file, isReadOnly: true)
        #expect(mode(file) == 0o640)
    }

    @Test("what the daemon has put in the file's place, a link to another's file or a second name of it, is not given away")
    func links() throws {
        let precious = try folder.write("shadow", "root's")
        unsafe chmod(precious, 0o644)
        let place = "\(folder.path)/takeover"
        unsafe symlink(precious, place)
        #expect(throws: ControlFailure.self) { try BoxUser().own(place) }
        unsafe unlink(place)
        unsafe link(precious, place)
        #expect(throws: ControlFailure.self) { try BoxUser().own(place) }
        unsafe unlink(place)
        unsafe mkfifo(place, 0o600)
        #expect(throws: ControlFailure.self) { try BoxUser().own(place) }
        #expect(mode(precious) == 0o644)
        // The folder itself is a link.
        let real = "\(folder.path)/real"
        unsafe mkdir(real, 0o700)
        unsafe rename(precious, "\(real)/shadow")
        unsafe symlink(real, "\(folder.path)/state")
        #expect(throws: ControlFailure.self) { try BoxUser().own("\(folder.path)/state/shadow") }
        #expect(mode("\(real)/shadow") == 0o644)
    }

    @Test("a report in a folder is a new file: what waits there under its name, file or link, is left alone")
    func report() throws {
        let report = DiagnosticsReport(at: WallTime(seconds: 7)) { _ throws(ControlFailure) in throw .refused("no daemon") }
        let precious = try folder.write("precious", "precious")
        let name = "\(folder.path)/validator-report-VLD1-7.txt"
        unsafe symlink(precious, name)
        #expect(throws: ControlFailure.self) { try report.write(to: folder.path, device: "VLD1", at: WallTime(seconds: 7)) }
        unsafe unlink(name)
        unsafe symlink("\(folder.path)/nothing", name)
        #expect(throws: ControlFailure.self) { try report.write(to: folder.path, device: "VLD1", at: WallTime(seconds: 7)) }
        unsafe unlink(name)
        #expect(try report.write(to: folder.path, device: "VLD1", at: WallTime(seconds: 7)) == name)
        #expect(throws: ControlFailure.self) { try report.write(to: folder.path, device: "VLD1", at: WallTime(seconds: 7)) }
        #expect(try WholeFile.read(precious, limit: 100) == Array("precious".utf8))
        // What a person names is that person's choice, but for what is no report.
        #expect(throws: ControlFailure.self) { try report.write(to: precious, device: "VLD1", at: WallTime(seconds: 7)) }
        #expect(try report.write(to: folder.path("mine"), device: "VLD1", at: WallTime(seconds: 7)) == folder.path("mine"))
    }
}
