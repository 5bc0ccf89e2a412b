import Dispatch

/// Holds answers back until a test has seen what it wants to see before they come.
final class PlatformGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// One that was opened stays so. An answer that a failed test holds back for ever is let go of after a minute.
    func pass() {
        guard semaphore.wait(timeout: .now() + .seconds(60)) == .success else { return }
        semaphore.signal()
    }
}
