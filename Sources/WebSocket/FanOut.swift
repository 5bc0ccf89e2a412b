import Dispatch
import Kernel
import ValidatorCore

/// Has connections written to in turn, in slices of the loop's time, with as much time for everybody else between two slices.
/// What is queued for a connection meanwhile goes out in one write: the busier the loop, the fewer the writes.
@MainActor final class FanOut {
    /// Of the loop's time at once.
    private static let slice = Duration.milliseconds(2)

    private var scheduled: [ConnectionID] = []
    /// Before it, all are done.
    private var next = 0
    private var isPending = false
    private var timer: OneShotTimer?
    private let write: (ConnectionID) -> Void

    /// `write` writes a bounded number of bytes, and must not keep the owner alive.
    init(write: @escaping (ConnectionID) -> Void) {
        self.write = write
        timer = OneShotTimer { [weak self] in self?.run() }
    }

    /// Has `connection` written to once, after what the loop does now.
    func schedule(_ connection: ConnectionID) {
        scheduled.append(connection)
        guard !isPending else { return }
        isPending = true
        DispatchQueue.main.async { [weak self] in self?.run() }
    }

    private func run() {
        let end = Clocks.now().instant + Self.slice
        while next < scheduled.count {
            next += 1
            write(scheduled[next - 1])
            if next < scheduled.count, Clocks.now().instant >= end { return pause() }
        }
        scheduled = []
        next = 0
        isPending = false
    }

    private func pause() {
        scheduled.removeFirst(next)
        next = 0
        timer?.schedule(after: Self.slice)
    }
}
