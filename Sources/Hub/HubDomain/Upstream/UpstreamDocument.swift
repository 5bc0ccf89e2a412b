/// Names of `StoredDocument`s.
public enum UpstreamDocument: Hashable, Sendable {
    /// What the platform last answered to the heartbeats of a device (its `device_id` here).
    case heartbeatReply(deviceID: String)
    /// The ticket keys of an enterprise: the group in force and the one before it.
    case keys(enterpriseID: String)

    public var name: String {
        switch self {
        case .heartbeatReply(let id): "heartbeat/\(id)"
        case .keys(let id): "keys/\(id)"
        }
    }
}
