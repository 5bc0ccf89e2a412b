/// A self-test, finished or under way.
public struct SelfTestReport: ControlValue {
    /// From 1, since the start.
    public var run = 0
    public var isRunning = false
    /// Empty while it is under way.
    public var checks: [SelfTestCheck] = []

    public init() {}

    /// - Parameter checks: nil while it is under way.
    public init(run: Int, checks: [SelfTestCheck]?) {
        self.run = run
        isRunning = checks == nil
        self.checks = checks ?? []
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("run", required: &run)
        member("running", &isRunning)
        member("checks", &checks)
    }
}
