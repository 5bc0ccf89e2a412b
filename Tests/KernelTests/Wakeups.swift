/// Counts an edge's calls and lets a test wait for the next one.
final class Wakeups {
    private var pending = 0
    private var waiter: CheckedContinuation<Void, Never>?

    /// What to hand to the edge as its handler.
    func signal() {
        pending += 1
        wake()
    }

    /// Waits for one call, until the test's time is over.
    func next() async throws {
        while pending == 0 {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiter = $0 }
            } onCancel: {
                Task { @MainActor in self.wake() }
            }
        }
        pending -= 1
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
