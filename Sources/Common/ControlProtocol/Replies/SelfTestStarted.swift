/// What `selftest` tells.
public struct SelfTestStarted: ControlValue {
    /// The number of the test that has begun, or is under way; from 1 since the start.
    public var run = 0

    public init() {}

    public init(run: Int) { self.run = run }

    public mutating func members(_ member: inout ControlMembers) {
        member("run", required: &run)
    }
}
