import Foundation
import Testing

/// A box under a service manager: what systemd would be told (sd_notify(3)).
@Suite("The box as a service", .timeLimit(.minutes(2)))
struct ServiceTests {
    /// The socket of a service manager.
    private final class Notifications {
        let path: String
        private let descriptor: Int32
        private var received: [String] = []

        init(_ path: String) throws {
            self.path = path
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(result == 0)
        }

        deinit { close(descriptor) }

        /// All so far.
        var all: [String] {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
                guard count >= 0 else { return received }
                received.append(String(decoding: bytes.prefix(count), as: UTF8.self))
            }
        }
    }

    @Test("it says when it answers riders, keeps the watchdog off, and says when it ends")
    func lifecycle() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            let manager = try Notifications("\(box.folder.path)/notify")
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
            let manager = try Notifications("\(box.folder.path)/notify")
            let environment = "env NOTIFY_SOCKET=\(manager.path) WATCHDOG_USEC=200000"
            try await box.play("start validatord \(environment) ${BIN}/validatord --config ${DIR}/validatord.toml")
            try await eventually("it is ready to refuse") { manager.all.contains("READY=1") }
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
        }
    }
}
