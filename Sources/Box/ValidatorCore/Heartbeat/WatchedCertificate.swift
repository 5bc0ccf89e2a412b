import Base

/// A certificate on which the link to the platform depends, or the belief in codes.
public struct WatchedCertificate: Hashable, Sendable {
    public enum Role: Sendable {
        /// The box's own (`platform.client_cert`).
        case client
        /// One that the box trusts (`platform.ca_file`).
        case authority
        /// The platform's, as it was seen when a connection was made.
        case server
        /// A root key of the transport ministry (`tickets.transport_roots_file`).
        case root
    }

    public var role: Role
    /// The file that holds it, or the server's host; of a root key its index.
    public var name: String
    /// The last moment at which it is valid.
    public var expiry: WallTime

    public init(role: Role, name: String, expiry: WallTime) {
        self.role = role
        self.name = name
        self.expiry = expiry
    }
}
