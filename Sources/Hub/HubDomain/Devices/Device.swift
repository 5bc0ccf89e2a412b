import Base
import PlatformAPI

/// A device, as the operator set it and as it last reported itself.
public struct Device: Hashable, Sendable {
    /// `device_id`
    public var id: String
    public var registered: WallTime
    /// Its own secret; nil where it has the fleet's, or none. Not empty. To be asked for by `HubPolicy.secret(of:)`.
    public var secret: [UInt8]?
    /// The secret that takes the place of `secret` with the first use of it.
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
    /// What it was told of these, and fetched.
    public var lists = ListsProgress()
    /// Where that heartbeat says that it is.
    public var position: Position?

    /// A device that has reported nothing yet.
    public init(id: String, registered: WallTime) {
        self.id = id
        self.registered = registered
    }

    /// Keeps what a heartbeat tells; one that was held up on its way overwrites nothing newer. What a wrong clock dated in the future is not
    /// newer.
    public mutating func keep(_ report: DeviceReport, at now: WallTime) {
        lastHeartbeat = now
        let newest = reportedTime?.seconds ?? 0
        guard newest <= report.time.seconds || newest > now.seconds else { return }
        reportedTime = WallTime(seconds: report.time.seconds)
        softwareVersion = report.softwareVersion
        let keys = versions.keys
        versions = report.versions
        versions.keys = keys
        position = report.position
    }

    /// Its secret is no longer good, and nothing is taken from it.
    public mutating func revoke(at now: WallTime) {
        (secret, nextSecret, revoked) = (nil, nil, now)
    }

    /// Its last secret is in use, and those before it are good no longer.
    public mutating func adoptNextSecret() {
        guard let nextSecret else { return }
        (secret, self.nextSecret) = (nextSecret, nil)
    }

    /// - Throws: `.deviceRevoked` when nothing is taken from it any more.
    public func requireStanding() throws(Refusal) {
        guard revoked == nil else {
            throw Refusal(
                .deviceRevoked, "device \(id) is revoked; if it is back in good hands: validator-hub set-secret \(id)")
        }
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
