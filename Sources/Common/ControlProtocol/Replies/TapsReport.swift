/// What `taps` tells: the latest answered taps, oldest first.
public struct TapsReport: ControlValue {
    public var taps: [TapReport] = []

    public init() {}

    public init(taps: [TapReport]) { self.taps = taps }

    public mutating func members(_ member: inout ControlMembers) {
        member("taps", required: &taps)
    }
}
