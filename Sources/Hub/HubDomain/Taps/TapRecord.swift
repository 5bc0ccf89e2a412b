import Base
import Fares
import PlatformAPI

/// One tap as a device told of it: an online check, a booking of a ride, or a log.
public struct TapRecord: Hashable, Sendable {
    public var deviceID: String
    public var call: PlatformCall
    /// `req_id`, or one of the hub's own for a request without.
    public var requestID: String
    /// The card number, or the text of the ticket as it was scanned.
    public var subject: String
    /// As in the log calls: 0 accepted, 1 not on the white list or another reason, 2 blocked.
    public var status: Int
    /// Nil in a log; offline is a booking of a ride that took place.
    public var checkMode: CheckMode?
    /// What an online check was answered; kept when a booking follows, since a device decided otherwise.
    public var reason: Reason?
    /// When it happened, by the device's word.
    public var time: WallTime
    public var position: Position?
    /// When the hub took it.
    public var received: WallTime
    /// How often it came again.
    public var duplicates = 0

    /// By what it is known when it comes again.
    public var identity: RequestIdentity {
        RequestIdentity(
            deviceID: deviceID, requestID: requestID, time: time, tolerance: RequestIdentity.tapTolerance,
            mayBeRedated: checkMode != .online)
    }

    public init(
        deviceID: String, call: PlatformCall, requestID: String, subject: String, status: Int, checkMode: CheckMode?,
        reason: Reason?, time: WallTime, position: Position?, received: WallTime, duplicates: Int = 0
    ) {
        self.deviceID = deviceID
        self.call = call
        self.requestID = requestID
        self.subject = subject
        self.status = status
        self.checkMode = checkMode
        self.reason = reason
        self.time = time
        self.position = position
        self.received = received
        self.duplicates = duplicates
    }
}
