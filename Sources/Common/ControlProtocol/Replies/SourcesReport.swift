/// What `readers` tells: that part of the status.
public struct SourcesReport: ControlValue {
    public var readers: [StatusReport.Source] = []
    public var scanners: [StatusReport.Source] = []

    public init() {}

    public init(readers: [StatusReport.Source], scanners: [StatusReport.Source]) {
        self.readers = readers
        self.scanners = scanners
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("readers", &readers)
        member("scanners", &scanners)
    }
}
