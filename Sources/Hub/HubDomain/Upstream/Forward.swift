import Base
import PlatformAPI

/// A device's call on its way to the platform, as the hub keeps it until the platform has answered.
///
/// The box's copy goes when the hub has committed this one; this one goes when the platform has answered. In between the hub alone is
/// responsible for it.
public struct Forward: Hashable, Sendable {
    /// Raw values are the column's.
    public enum State: Int64, Sendable {
        /// To be sent, and sent again until the platform has taken it.
        case waiting = 0
        /// The platform does not take it: an operator decides (`validator-hub refused`).
        case refused = 1
        /// An online check that was answered; kept for a day, so that its repetition gets the same answer.
        case answered = 2
    }

    /// Of its row, in the order of arrival; 0 before it has one.
    public var id: Int64 = 0
    public var key: ForwardKey
    /// A JSON object of the request's fields as the device wrote them, without `device_id`, `req_id` and whatever proves who the device is.
    public var fields: [UInt8]
    /// When the hub took it.
    public var received: WallTime
    /// Whether it was old when it came: it goes behind what happens now.
    public var isBacklog: Bool
    public var state: State
    /// How often the platform refused it.
    public var refusals = 0
    /// Whether the platform may know of it twice: it was sent and the reply got lost, or was answered when the box no longer waited.
    public var mayBeDouble = false
    /// The last one.
    public var answer: PlatformAnswer?

    public init(_ key: ForwardKey, fields: [UInt8], received: WallTime, isBacklog: Bool = false, state: State = .waiting) {
        (self.key, self.fields, self.received, self.isBacklog, self.state) = (key, fields, received, isBacklog, state)
    }
}
