import Base
import HubDomain

/// Where a device was, as it is stored: once, however often it is sent.
public struct StoredPosition: Hashable, Sendable {
    public var deviceID: String
    /// `req_id`
    public var requestID: String
    /// By the device's word.
    public var time: WallTime
    public var position: Position
    public var received: WallTime
    /// How often it came again in this batch.
    public var duplicates = 0

    public init(deviceID: String, requestID: String, time: WallTime, position: Position, received: WallTime) {
        (self.deviceID, self.requestID, self.time) = (deviceID, requestID, time)
        (self.position, self.received) = (position, received)
    }

    /// By what it is known when it comes again.
    public var identity: RequestIdentity {
        RequestIdentity(deviceID: deviceID, requestID: requestID, time: time, tolerance: RequestIdentity.positionTolerance)
    }
}
