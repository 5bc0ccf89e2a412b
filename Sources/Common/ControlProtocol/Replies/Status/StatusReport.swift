import Base

/// Everything that `status` tells. Nil and an empty text stand for what is unknown, or was not told by another release.
public struct StatusReport: ControlValue {
    public var deviceID = ""
    public var version = ""
    /// Where the daemon has its configuration from.
    public var configurationFile = ""
    /// Since the daemon started.
    public var uptime: Duration?
    public var mode = Mode()
    public var lists = Lists()
    public var outbox = Outbox()
    public var gps = GPS()
    public var readers: [Source] = []
    public var scanners: [Source] = []
    public var platform = Platform()
    public var clock = Clock()
    public var modem = Modem()
    public var vehicle = Vehicle()
    public var latency = Latency()
    /// Resident memory.
    public var memoryKilobytes: Int?

    public init() {}

    public mutating func members(_ member: inout ControlMembers) {
        member("device_id", &deviceID)
        member("version", &version)
        member("configuration_file", &configurationFile)
        member("uptime_s", seconds: &uptime)
        member("mode", &mode)
        member("lists", &lists)
        member("outbox", &outbox)
        member("gps", &gps)
        member("readers", &readers)
        member("scanners", &scanners)
        member("platform", &platform)
        member("clock", &clock)
        member("modem", &modem)
        member("vehicle", &vehicle)
        member("latency_us", &latency)
        member("memory_kb", &memoryKilobytes)
    }
}
