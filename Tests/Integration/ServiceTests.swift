import Foundation
import TestSupport
import Testing

/// A box under a service manager: what systemd would be told (sd_notify(3)).
@Suite("The box as a service", .timeLimit(.minutes(10)))
struct ServiceTests {
    @Test("it says when it answers riders, keeps the watchdog off, and says when it ends")
    func lifecycle() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            let manager = NotificationSocket("\(box.folder.path)/notify")
            let environment = "env NOTIFY_SOCKET=\(manager.path) WATCHDOG_USEC=200000"
            try await box.play("start validatord \(environment) ${BIN}/validatord --config ${DIR}/validatord.toml")
            try await eventually("it is ready, and alive") { manager.all.count { $0 == "WATCHDOG=1" } > 3 }
            #expect(manager.all.contains("READY=1"))
            #expect(!manager.all.contains("STOPPING=1"))
            try await box.play("stop validatord")
            #expect(manager.all.contains("STOPPING=1"))
        }
    }

    /// The unit's `WatchdogSec`.
    private static func watchdogSeconds() throws -> Int {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let unit = try String(contentsOfFile: root + "/board/systemd/validator.service", encoding: .utf8)
        return try #require(unit.firstMatch(of: /WatchdogSec=([0-9]+)s/).flatMap { Int($0.1) })
    }

    @Test("a worn card that keeps each sync for 5 s is told, and no reason to end the service (all times a fifth)")
    func slowDisk() async throws {
        let limit = Double(try Self.watchdogSeconds()) / 5
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            let path = "\(box.folder.path)/notify"
            let disk = try SlowDisk.environment(syncMilliseconds: 1000, in: box.folder)
            let environment = "env \(disk) NOTIFY_SOCKET=\(path) WATCHDOG_USEC=\(Int(limit * 1_000_000))"
            // What systemd does: from READY on the time since the last word that it lives.
            let service = Task.detached { () -> (unfed: Double, told: [String]) in
                let manager = NotificationSocket(path)
                var (longest, count, since) = (0.0, 0, Date.now)
                while !Task.isCancelled {
                    let feeds = manager.all.count { $0 == "WATCHDOG=1" || $0 == "READY=1" }
                    if feeds > 0 { longest = max(longest, Date.now.timeIntervalSince(since)) }
                    if feeds != count || feeds == 0 { (count, since) = (feeds, .now) }
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return (longest, manager.all)
            }
            try await eventually("somebody listens") { FileManager.default.fileExists(atPath: path) }
            try await box.play("start validatord \(environment) ${BIN}/validatord --config ${DIR}/validatord.toml")
            try await box.until("it has its lists") { ($0["lists"]?["cards"]?["count"]?.int ?? 0) > 0 }
            for (card, light) in [(LiveBox.goodCard, "green"), (LiveBox.blockedCard, "red")] {
                try await box.play("tap reader0 \(card) \(light)")
            }
            try await box.until("it says how slow the disk is") { ($0["outbox"]?["longest_sync_ms"]?.int ?? 0) >= 1000 }
            #expect(box.log.contains("disk slow: a sync took 1"))
            try await box.play("stop validatord")
            service.cancel()
            let (unfed, told) = await service.value
            #expect(unfed < limit, "unfed for \(unfed) s")
            #expect(told.contains { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
        }
    }

    @Test("a box that cannot store rides answers red, and is not put off as healthy for ever")
    func cannotStore() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            // A folder in the outbox's place cannot be opened as a database.
            try FileManager.default.createDirectory(
                at: box.folder.appending(path: "state/outbox.db/x"), withIntermediateDirectories: true)
            let manager = NotificationSocket("\(box.folder.path)/notify")
            let environment = "env NOTIFY_SOCKET=\(manager.path) WATCHDOG_USEC=200000"
            try await box.play("start validatord \(environment) ${BIN}/validatord --config ${DIR}/validatord.toml")
            try await eventually("it is ready to refuse") { manager.all.contains("READY=1") }
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
        }
    }
}
