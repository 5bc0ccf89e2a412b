import Base
import Fares

/// How the operator wants devices to be treated (`hub.toml`; docs/hub.md explains each key).
public struct HubPolicy: Sendable {
    /// How a device proves that it is the one that its calls name.
    public var authentication = AuthenticationMode.secret
    /// Whether a device that nobody registered registers itself with its first request, if it proves who it is.
    public var registersDevices = false
    /// Devices that may be registered when one registers itself.
    public var maximumDevices = 10_000
    /// How heartbeats are answered, unless `set-mode` said otherwise for a device.
    public var defaults = DeviceSettings()

    /// Whom heartbeats tell of a new list, and when.
    public var announcement = ListAnnouncement()

    /// `app_id` of a device that is given a token, and the secret of those that have none of their own (`secret(of:)`). Where there is
    /// neither, any device is given one that knows `app_id`.
    public var appID = ""
    public var secret: [UInt8] = []
    public var tokenLifetime = Duration.seconds(3600)
    /// Of devices that have no token call.
    public var staticTokens = StaticTokens()

    /// `[tickets]`.
    public var tickets = TicketSettings()
    /// By which the transport ministry's codes are believed.
    public var roots = RootKeySet()

    /// `sound_no` of an online check's answer; 0, the box's own prompt, where there is none.
    public var sounds: [Reason: Int] = [:]

    /// The zone of the daily windows, and of times in requests and replies.
    public var zone: any TimeZoneRules = FixedZone.shanghai

    /// `[upstream]`: the platform behind this hub, if there is one.
    public var upstream = UpstreamSettings()

    /// Only the last four characters of a card number in the log.
    public var masksCards = true

    public init() {}
}
