/// Keeps what an edge's callback delivers until the test asks for it.
final class Inbox<Value> {
    private var values: [Value] = []
    private var waiter: CheckedContinuation<Void, Never>?

    func put(_ value: Value) {
        values.append(value)
        wake()
    }

    /// The oldest value not asked for yet; waits for one, until the test's time is over.
    func next() async throws -> Value {
        while values.isEmpty {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiter = $0 }
            } onCancel: {
                Task { @MainActor in self.wake() }
            }
        }
        return values.removeFirst()
    }

    /// Passes over values until one is as wanted.
    func next(where isWanted: (Value) -> Bool) async throws -> Value {
        while true {
            let value = try await next()
            if isWanted(value) { return value }
        }
    }

    /// What has come and nobody asked for.
    func takeAll() -> [Value] {
        defer { values.removeAll() }
        return values
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}

/// Lets everybody else run until something has come true, or the test's time is over.
func wait(until isTrue: () throws -> Bool) async throws {
    while try !isTrue() { try await Task.sleep(for: .milliseconds(2)) }
}
