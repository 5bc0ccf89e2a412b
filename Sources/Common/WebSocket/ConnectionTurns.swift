import Base
import Dispatch
import Kernel
import OperatingSystem

/// Gives connections their turns, in slices of the loop's time, with as much time for everybody else between two slices.
@MainActor final class ConnectionTurns {
    /// Of the loop's time at once.
    private static let slice = Duration.milliseconds(2)

    private var scheduled: [ConnectionID] = []
    /// Before it, all are done.
    private var next = 0
    private var isPending = false
    private var timer: OneShotTimer?
    private let onTurn: (ConnectionID) -> Void

    /// `onTurn` does a little for one connection, and may schedule it again. It must not keep the owner alive.
    init(onTurn: @escaping (ConnectionID) -> Void) {
        self.onTurn = onTurn
        timer = OneShotTimer { [weak self] in self?.run() }
    }

    /// One turn for `connection`, after what the loop does now.
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
            onTurn(scheduled[next - 1])
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
