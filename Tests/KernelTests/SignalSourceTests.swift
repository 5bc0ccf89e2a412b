import Glibc
import Kernel
import Testing

@Suite("Signals", .timeLimit(.minutes(5)))
struct SignalSourceTests {
    @Test("a signal wakes its owner")
    func signal() async throws {
        let wakeups = Wakeups()
        // SIGURG does nothing by default, so that it may be sent again until Dispatch is ready for it.
        let source = SignalSource(SIGURG, onSignal: wakeups.signal)
        let repeater = Repeater { kill(getpid(), SIGURG) }
        try await wakeups.next()
        repeater.stop()
        _ = consume source
    }
}

/// Does something every 10 ms.
private final class Repeater {
    private var timer: OneShotTimer?

    init(_ action: @escaping () -> Void) {
        timer = OneShotTimer { [weak self] in
            action()
            self?.timer?.schedule(after: .milliseconds(10))
        }
        timer?.schedule(after: .zero)
    }

    func stop() { timer = nil }
}
