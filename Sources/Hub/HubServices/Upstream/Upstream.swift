import Base
import Fares
import HubDomain
import PlatformAPI

/// The platform in front of which this hub stands, as far as answering devices needs it. Nothing here waits for the platform but `check` and
/// `firstOrders`.
public protocol Upstream: Sendable {
    /// Asks whether a rider may ride, before everything else that is to be sent.
    func check(_ call: ForwardedCall, until deadline: Instant) async -> UpstreamCheck

    /// What a heartbeat of the device is answered: what the platform last said, with the time of now, and with the versions of the lists and
    /// keys that this hub holds. Nil when the platform never said anything about it.
    func orders(of deviceID: String, at now: WallTime) -> PlatformReply.HeartbeatReply.Content?

    /// What this hub holds of one of the platform's lists for the device.
    func list(_ list: DeviceList, of deviceID: String) -> ListInForce

    /// Has a heartbeat sent up, unless a newer one of the device is there by then.
    func report(_ heartbeat: ForwardedCall, at now: WallTime)

    /// As `orders`, for a device of which the platform has said nothing yet: asks it. Nil when it does not answer in time.
    func firstOrders(_ heartbeat: ForwardedCall, until deadline: Instant) async -> PlatformReply.HeartbeatReply.Content?

    /// Of the ticket keys of the device's enterprise; nil before the platform named any.
    func keys(of deviceID: String) -> KeyRing?

    /// `enterprise_id` of the device by the platform's word; nil before it said.
    func enterprise(of deviceID: String) -> String?

    /// Calls of the device wait in the store: they have just been committed.
    func wake(_ deviceID: String)

    /// Whether no more calls may be kept for the platform: devices are answered 503 and keep theirs.
    var isFull: Bool { get }
}
