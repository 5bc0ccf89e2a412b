import Base
import OperatingSystem
import TestSupport
import Testing

@Suite("The service manager")
struct ServiceManagerTests {
    @Test("started by hand, there is none")
    func none() {
        #expect(ServiceManager(environment: { _ in nil }) == nil)
        #expect(ServiceManager(environment: { _ in "tcp:1" }) == nil)
    }

    @Test("it is told that the service is ready, lives, how it is, and that it ends")
    func messages() throws {
        let folder = TemporaryFolder()
        let listener = NotificationSocket(folder.path("notify"))
        let manager = try #require(ServiceManager(environment: { $0 == "NOTIFY_SOCKET" ? listener.path : nil }))
        manager.ready()
        manager.alive()
        manager.status("two\nlines")
        manager.extendTimeout(by: .seconds(2))
        manager.stopping()
        #expect(listener.all == ["READY=1", "WATCHDOG=1", "STATUS=two lines", "EXTEND_TIMEOUT_USEC=2000000", "STOPPING=1"])
    }

    @Test("the watchdog is due in half of its limit, and only for the watched process")
    func watchdog() {
        func interval(_ variables: [String: String]) -> Duration? {
            ServiceManager(environment: { variables[$0] ?? ($0 == "NOTIFY_SOCKET" ? "/run/notify" : nil) }, process: 7)?
                .watchdogInterval
        }
        #expect(interval(["WATCHDOG_USEC": "10000000"]) == .seconds(5))
        #expect(interval(["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "7"]) == .seconds(5))
        #expect(interval(["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "8"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
        #expect(interval([:]) == nil)
    }

    @Test("a manager that does not listen harms nobody")
    func deaf() {
        ServiceManager(environment: { $0 == "NOTIFY_SOCKET" ? "/nowhere/notify" : nil })?.ready()
    }
}
