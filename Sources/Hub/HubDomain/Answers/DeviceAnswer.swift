import Fares
import PlatformAPI

/// What a device's request is answered, once everything that it changed is on disk.
public enum DeviceAnswer: Sendable {
    case heartbeat(PlatformReply.HeartbeatReply.Content)
    /// What an online check was decided, or `.ok` for a booking, and `sound_no`: 0 is the box's own prompt.
    case checked(Reason, soundNumber: Int)
    /// What the platform answered to an online check, unchanged.
    case relayed(PlatformAnswer)
    /// A log was taken.
    case logged
    /// A booking or log was taken as it is, and put aside; answered as any other. `sound_no` of a booking; nil for a log.
    case setAside(SetAsideReason, soundNumber: Int?)
    /// A list, which may be long.
    case list(ListSelection, enterpriseID: String)
    case keys(KeyGroup)
    case token(PlatformReply.Token)
    case refused(Refusal)
}
