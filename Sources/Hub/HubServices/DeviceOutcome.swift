import Base
import HubDomain
import HubStore
import PlatformAPI

/// What became of a device's request: to be answered and noted once it is on disk.
public struct DeviceOutcome: Sendable {
    /// What the log tells of it.
    public enum Note: Sendable {
        /// A device registered itself.
        case registered(String)
        /// A device used its new secret for the first time; the one before is good no longer.
        case secretReplaced(String)
        case heartbeat(String)
        case record(TapRecord)
        case duplicate(StoreFacts.RecordPlace)
        /// A record was taken, and put aside; or one that is aside came again.
        case setAside(SetAsideRecord)
        case refused(Refusal)
    }

    /// What is due when that is on disk, in front of a platform.
    public enum Errand: Sendable {
        /// Calls of the device wait for the platform.
        case wake
        /// The platform is to be told the device's state, whenever it suits.
        case report(ForwardedCall)
        /// The platform is to be asked what the device's heartbeats are answered.
        case orders(ForwardedCall)
        /// The platform is to be asked whether a rider may ride.
        case check(ForwardedCall)
    }

    /// Where the platform is to be asked: what the device is told when it does not answer.
    public var answer: DeviceAnswer
    public var notes: [Note]
    public var errand: Errand?
}
