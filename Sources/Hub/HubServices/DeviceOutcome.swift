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

    public var answer: DeviceAnswer
    public var notes: [Note]
}
