import Base
import PlatformAPI

/// What a heartbeat tells about its device.
struct DeviceReport: Hashable, Sendable {
    var time: WallTime
    var softwareVersion: Int
    var versions: Versions
    var position: Position?
}
