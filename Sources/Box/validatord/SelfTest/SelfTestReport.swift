import JSON

/// A self-test, finished or under way.
nonisolated struct SelfTestReport: Sendable {
    /// From 1, since the start.
    var run: Int
    /// Nil while it is under way.
    var checks: [SelfTestCheck]?

    var json: JSONValue {
        ["run": .int(run), "running": .bool(checks == nil), "checks": .array((checks ?? []).map(\.json))]
    }
}
