/// The head of a reply whose body has ended.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    /// As the server sent it, with parameters: `application/json; charset=utf-8`. Nil when it sent none.
    public var contentType: String?
    /// The server's certificate in PEM, when the exchange made its connection, with TLS.
    public var serverCertificate: String?
}
