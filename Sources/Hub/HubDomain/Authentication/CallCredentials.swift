/// What a call says of its caller, beside what it asks.
public struct CallCredentials: Hashable, Sendable {
    /// Behind `Authorization: Bearer`.
    public var bearer: String?
    /// The name in the certificate that a trusted proxy has checked. Of anybody else's word there is none here.
    public var certificateName: String?
    /// The `token` of its body, which calls for lists and keys carry.
    public var token: String?

    public init(bearer: String? = nil, certificateName: String? = nil, token: String? = nil) {
        (self.bearer, self.certificateName, self.token) = (bearer, certificateName, token)
    }

    /// - Parameters:
    ///   - authorization: the header of that name.
    ///   - clientName: the header `X-Client-Name`.
    ///   - isFromProxy: whether the connection is a trusted proxy's (`server.trusted_proxies`), which sets or removes that header itself.
    public init(authorization: String?, clientName: String?, isFromProxy: Bool, token: String?) {
        bearer = authorization.flatMap(Self.bearer)
        certificateName = isFromProxy ? clientName.flatMap { $0.isEmpty ? nil : $0 } : nil
        self.token = token
    }

    /// RFC 6750: the scheme's name in either case, blanks, one word.
    private static func bearer(_ header: String) -> String? {
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}
