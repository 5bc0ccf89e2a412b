import Testing

/// Waits for something that another task, thread or program brings about, and returns it.
///
/// The limit is one that a run never comes near: the machine may be busy with other tests.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await condition() { return value }
        try #require(ContinuousClock.now < deadline, "not within \(limit): \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Waits until a condition holds that another task, thread or program brings about.
package func eventually(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    try await eventually(what, within: limit, isolation: isolation, sourceLocation: sourceLocation) {
        try await condition() ? () : nil
    }
}
