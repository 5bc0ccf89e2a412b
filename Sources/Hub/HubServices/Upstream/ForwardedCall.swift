import HubDomain

/// A device's call as it is handed on to the platform.
public struct ForwardedCall: Hashable, Sendable {
    public var key: ForwardKey
    /// As `Forward.fields`.
    public var fields: [UInt8]

    public init(_ key: ForwardKey, fields: [UInt8]) { (self.key, self.fields) = (key, fields) }
}
