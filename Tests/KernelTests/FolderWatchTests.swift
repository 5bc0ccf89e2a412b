import Foundation
import OperatingSystem
import TestSupport
import Testing

@testable import Kernel

@Suite("Waiting for a device node", .timeLimit(.minutes(5)))
struct FolderWatchTests {
    let folder = TemporaryFolder()

    @Test("a node that appears wakes the opener")
    func appears() async throws {
        let wakeups = Wakeups()
        let watch = try FolderWatch(for: folder.path + "/reader0", onChange: wakeups.signal)
        _ = try folder.write("reader0", "")
        try await wakeups.next()
        _ = consume watch
    }

    @Test("a link that is renamed into place wakes the opener, as udev does it")
    func renamed() async throws {
        let wakeups = Wakeups()
        let watch = try FolderWatch(for: folder.path + "/reader0", onChange: wakeups.signal)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/.#reader0", withDestinationPath: "/dev/null")
        try FileManager.default.moveItem(atPath: folder.path + "/.#reader0", toPath: folder.path + "/reader0")
        try await wakeups.next()
        _ = consume watch
    }

    @Test("a folder that does not exist yet is waited for from above")
    func missingFolder() async throws {
        let wakeups = Wakeups()
        let watch = try FolderWatch(for: folder.path + "/validator/readers/reader0", onChange: wakeups.signal)
        try FileManager.default.createDirectory(atPath: folder.path + "/validator", withIntermediateDirectories: false)
        try await wakeups.next()
        _ = consume watch
    }

    @Test("other nodes of the folder wake nobody")
    func others() async throws {
        let wakeups = Wakeups()
        var fired: [String] = []
        let watch = try FolderWatch(for: folder.path + "/reader0") {
            fired.append("reader0"); wakeups.signal()
        }
        let other = try FolderWatch(for: folder.path + "/reader1") {
            fired.append("reader1"); wakeups.signal()
        }
        _ = try folder.write("reader1", "")
        try await wakeups.next()
        _ = try folder.write("reader0", "")
        try await wakeups.next()
        #expect(fired.first == "reader1")
        #expect(fired.contains("reader0"))
        _ = consume watch
        _ = consume other
    }

    @Test("records are told apart by their lengths, and a torn one is dropped")
    func records() {
        let first: [UInt8] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0] + Array("ab".utf8) + [0, 0]
        let second: [UInt8] = [1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(
            InotifyEvent.all(in: first + second + [1, 2, 3]) == [
                InotifyEvent(mask: 0x100, name: "ab"), InotifyEvent(mask: 0x400, name: ""),
            ])
    }
}
