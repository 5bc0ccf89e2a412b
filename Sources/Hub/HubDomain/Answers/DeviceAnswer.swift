/// What a request is answered once everything that it changed is on disk.
public enum DeviceAnswer: Sendable {
    /// A finished reply.
    case reply([UInt8])
    /// A list, which may be long.
    case list(ListSelection, enterpriseID: String)
}
