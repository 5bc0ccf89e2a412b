import Base
import Cryptography
import Logging
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

@Suite("The hub's log")
struct LogThrottleTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        private let time = Mutex(Instant(nanoseconds: 0))

        var all: [String] { lines.withLock(\.self) }

        func throttle() -> LogThrottle {
            LogThrottle(now: { self.time.withLock(\.self) }) { _, text in self.lines.withLock { $0.append(text) } }
        }

        func wait(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    @Test("has one line for a thousand of a kind, and a minute later one that counts the others; other kinds are told at once")
    func kinds() {
        let lines = Lines()
        let throttle = lines.throttle()
        for number in 0..<1000 { throttle.log(.error, "not stored", "not stored \(number)") }
        throttle.log(.warning, "refused", "refused")
        throttle.flush()
        #expect(lines.all == ["not stored 0", "refused"])
        lines.wait(NoticeThrottle.interval)
        throttle.flush()
        #expect(lines.all.count == 3 && lines.all.last == "999 more within a minute, the latest: not stored 999")
        lines.wait(NoticeThrottle.interval)
        throttle.flush()
        throttle.log(.warning, "refused", "refused again")
        #expect(lines.all.last == "refused again" && lines.all.count == 4)
    }

    @Test("is not filled by strangers, and still tells of a device that is known")
    func strangers() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        try database.devices.insert("VLD1", at: WallTime(seconds: 0))
        try database.devices.revoke("VLD1", at: WallTime(seconds: 1))
        let lines = Lines()
        var policy = HubPolicy()
        (policy.authentication, policy.registersDevices) = (.none, false)
        let service = DeviceService(policy: policy, cryptography: Libcrypto(), log: { _, _ in }, throttle: lines.throttle())
        for device in (0..<100).map({ "stranger \($0)" }) + ["VLD1"] {
            let body = "device_id=\(device.replacing(" ", with: "+"))&app_id="
            let request = try DeviceRequest(
                call: .token, contentType: "application/x-www-form-urlencoded", body: Array(body.utf8))
            _ = try service.answer(request, in: database, at: WallTime(seconds: 1_700_000_000))
        }
        #expect(lines.all.count == 2)
        #expect(lines.all.first?.contains("stranger 0") == true && lines.all.last?.contains("VLD1") == true)
    }
}
