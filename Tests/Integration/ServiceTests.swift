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
            #expect(manager.all.last == "STOPPING=1")
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
