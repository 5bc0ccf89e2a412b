/// Where the certificates for TLS are, all PEM. They are read when a connection is made.
nonisolated public struct TLSFiles: Hashable, Sendable {
    /// The files that prove who the box is (`platform.client_cert`, `platform.client_key`).
    public struct Identity: Hashable, Sendable {
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The certificate authorities to trust (`platform.ca_file`); nil for the system's.
    public var authorities: String?
    /// Nil where the platform does not ask for one.
    public var identity: Identity?

    public init(authorities: String? = nil, identity: Identity? = nil) {
        self.authorities = authorities
        self.identity = identity
    }

    /// Debian's folder of certificates named by hash, from which the one that is needed is read. Reading the bundle of all
    /// would hold up the loop for tens of milliseconds, and stay in memory.
    static let systemAuthorities = "/etc/ssl/certs"
}
