import Foundation
import TestSupport
import Testing

/// A system's log that a test reads: `/dev/log` of the programs that are started with it, in a `/dev` of their own.
private struct SystemLog {
    /// Root alone makes devices.
    static let isPossible: Bool = {
        let trial = Process()
        trial.executableURL = URL(filePath: "/usr/bin/unshare")
        trial.arguments = Array(command("/nowhere", ["/bin/true"]).dropFirst())
        trial.standardError = FileHandle.nullDevice
        guard geteuid() == 0, (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }()

    private let folder: TemporaryFolder
    private let socket: NotificationSocket

    init(in folder: TemporaryFolder) {
        self.folder = folder
        socket = NotificationSocket(folder.path("log.sock"))
    }

    private static func command(_ socket: String, _ program: [String]) -> [String] {
        let script = """
            mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9 && ln -s "$0" /dev/log && exec "$@"
            """
        return ["/usr/bin/unshare", "--mount", "sh", "-c", script, socket] + program
    }

    func run(_ program: String, _ arguments: String...) async throws -> Programs.Result {
        let command = Self.command(socket.path, ["\(Programs.folder)/\(program)"] + arguments)
        return try await Programs.run(
            command[0], Array(command.dropFirst()), log: folder.url.appending(path: "system-log.log"))
    }

    var lines: [String] { socket.all }
}

@Suite(
    "What has to be found again stands in the system's log", .timeLimit(.minutes(10)),
    .enabled(if: SystemLog.isPossible, "needs root, and leave to mount and to make devices"))
struct SystemLogTests {
    @Test("a handover that is undone, while no validatord runs that could tell")
    func handoverUndone() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let stick = box.folder.appending(path: "stick")
            try FileManager.default.createDirectory(at: stick, withIntermediateDirectories: true)
            _ = try await box.validatorctl("handover", stick.path, "--same-disk", "--plain")
            #expect(box.log.contains("audit handover file="))
            try await eventually("it has ended") { (try? box.status()) == nil }
            let scratch = TemporaryFolder()
            let log = SystemLog(in: scratch)
            let socket = box.folder.appending(path: "control.sock").path
            let undone = try await log.run("validatorctl", "handover", stick.path, "--undo", "--socket", socket)
            try #require(undone.status == 0, "\(undone.output)")
            try #require(log.lines.count == 1, "\(log.lines)")
            // 86: of those about who may do what (10), information (6).
            #expect(
                log.lines[0].contains(/^<86>.* validatorctl\[[0-9]+\]: audit handover_undone detail=TEST01 by uid=0 pid=[0-9]+$/))
        }
    }

    @Test("keys and devices that the hub has revoked")
    func hub() async throws {
        let bus = try await Bus()
        let log = SystemLog(in: TemporaryFolder())
        let rotated = try await log.run("validator-hub", "rotate-keys", "--revoke", "--config", bus.path("hub.toml"))
        try #require(rotated.status == 0, "\(rotated.output)")
        #expect(
            log.lines.count == 1 && log.lines[0].contains(/: audit: rotate-keys revoke version=[0-9]+ uid=0$/), "\(log.lines)")
        let added = try await log.run("validator-hub", "add-device", "BOX 1", "--config", bus.path("hub.toml"))
        try #require(added.status == 0, "\(added.output)")
        let revoked = try await log.run("validator-hub", "revoke", "BOX 1", "--config", bus.path("hub.toml"))
        try #require(revoked.status == 0, "\(revoked.output)")
        #expect(log.lines.last?.contains(#"validator-hub: audit: revoke device="BOX 1" uid=0"#) == true, "\(log.lines)")
    }
}
