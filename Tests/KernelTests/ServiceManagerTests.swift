import Base
import CLinux
import Glibc
import OperatingSystem
import Testing

@Suite("The service manager")
struct ServiceManagerTests {
    /// A socket that takes what a service tells.
    private struct Listener: ~Copyable {
        let path: String
        private let descriptor: Int32

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

        /// The oldest datagram; they are there as soon as they are sent.
        func next() -> String? {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
            return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    @Test("started by hand, there is none")
    func none() {
        #expect(ServiceManager(environment: { _ in nil }) == nil)
        #expect(ServiceManager(environment: { _ in "tcp:1" }) == nil)
    }

    @Test("it is told that the service is ready, lives, how it is, and that it ends")
    func messages() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        let manager = try #require(ServiceManager(environment: { $0 == "NOTIFY_SOCKET" ? listener.path : nil }))
        manager.ready()
        manager.alive()
        manager.status("two\nlines")
        manager.stopping()
        #expect(listener.next() == "READY=1")
        #expect(listener.next() == "WATCHDOG=1")
        #expect(listener.next() == "STATUS=two lines")
        #expect(listener.next() == "STOPPING=1")
        #expect(listener.next() == nil)
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
