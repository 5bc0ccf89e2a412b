/// What `log` tells: the latest lines, oldest first.
public struct LogReport: ControlValue {
    public var lines: [LogLine] = []

    public init() {}

    public init(lines: [LogLine]) { self.lines = lines }

    public mutating func members(_ member: inout ControlMembers) {
        member("lines", required: &lines)
    }
}
