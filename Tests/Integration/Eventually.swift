import Base
import Testing

/// Waits for something that another program brings about, and returns it.
///
/// A limit that a run never comes near: the machine may be busy with other tests.
func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await condition() { return value }
        try #require(ContinuousClock.now < deadline, "not within \(limit): \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// The same, of a condition.
func eventually(
    _ what: String, within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(what, within: limit, sourceLocation: sourceLocation) { try await condition() ? () : nil }
}
