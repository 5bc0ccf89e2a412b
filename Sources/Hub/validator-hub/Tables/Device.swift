import Base
import PlatformAPI

/// A device, as the operator set it and as it last reported itself.
struct Device: Hashable, Sendable {
    var id: String
    var registered: WallTime
    /// What differs from the configuration.
    var own: [DeviceSetting: String] = [:]
    /// When its last heartbeat came in; nil before any.
    var lastHeartbeat: WallTime?
    /// The time that the newest of its heartbeats says.
    var reportedTime: WallTime?
    var softwareVersion: Int?
    /// What it holds, by its own word but for the keys, which heartbeats do not name: those it fetched last.
    var versions = Versions()
    var position: Position?

    var line: String? { own[.line] }

    func settings(over defaults: DeviceSettings) -> DeviceSettings {
        var settings = defaults
        for (setting, value) in own { settings.apply(setting, value) }
        return settings
    }
}
