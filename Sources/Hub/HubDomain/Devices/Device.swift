import Base
import PlatformAPI

/// A device, as the operator set it and as it last reported itself.
public struct Device: Hashable, Sendable {
    /// `device_id`
    public var id: String
    public var registered: WallTime
    /// Its own secret; nil where it has the fleet's, or none. Not empty. To be asked for by `HubPolicy.secret(of:)`.
    public var secret: [UInt8]?
    /// The secret that it was given last and has not used yet; nil where it has. `secret` holds until it has.
    public var nextSecret: [UInt8]?
    /// Since when nothing that says it comes from this device is believed; nil: it is.
    public var revoked: WallTime?
    /// What differs from the configuration.
    public var own: [DeviceSetting: String] = [:]
    /// When its last heartbeat came in; nil before any.
    public var lastHeartbeat: WallTime?
    /// The time that the newest of its heartbeats says.
    public var reportedTime: WallTime?
    /// `software_ver` of that heartbeat: major x 10,000 + minor x 100 + patch.
    public var softwareVersion: Int?
    /// What it holds, by its own word but for the keys, which heartbeats do not name: those it fetched last.
    public var versions = Versions()
    /// Where that heartbeat says that it is.
    public var position: Position?

    /// A device that has reported nothing yet.
    public init(id: String, registered: WallTime) {
        self.id = id
        self.registered = registered
    }

    /// The line that it runs on; nil when nobody set one.
    public var line: String? { own[.line] }

    /// What its heartbeats are answered with: its own settings, and `defaults` for the others.
    public func settings(over defaults: DeviceSettings) -> DeviceSettings {
        var settings = defaults
        for (setting, value) in own { settings.apply(setting, value) }
        return settings
    }
}
