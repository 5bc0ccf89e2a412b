/// The head of a reply whose body has ended.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    /// As the server sent it, with parameters: `application/json; charset=utf-8`. Nil when it sent none.
    public var contentType: String?
    /// The server's certificate in PEM, when the exchange made its connection, with TLS.
    public var serverCertificate: String?
    /// How long the server asks not to be asked again (`Retry-After`).
    public var retryAfter: Duration?
    /// The body of a status that is not 2xx, as far as its first 64 KiB.
    public var errorBody: [UInt8] = []
}
