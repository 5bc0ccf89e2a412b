/// Who a server is to its TLS clients: PEM files.
public struct ServerIdentity: Hashable, Sendable {
    /// The server's certificate, and behind it those that lead to its authority.
    public var certificate: String
    /// The private key, without a password.
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
