import Base
import PlatformAPI

/// What a heartbeat tells about its device.
public struct DeviceReport: Hashable, Sendable {
    /// By the device's own clock.
    public var time: WallTime
    /// Major x 10,000 + minor x 100 + patch.
    public var softwareVersion: Int
    /// Of the lists that it holds.
    public var versions: Versions
    public var position: Position?

    public init(time: WallTime, softwareVersion: Int, versions: Versions, position: Position?) {
        self.time = time
        self.softwareVersion = softwareVersion
        self.versions = versions
        self.position = position
    }
}
