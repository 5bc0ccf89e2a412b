/// A request to open a WebSocket connection that is well formed (RFC 6455, section 4.2.1). Whether it is wanted is for the
/// server's owner to say.
public struct UpgradeRequest: Hashable, Sendable {
    public struct Header: Hashable, Sendable {
        /// In lower case.
        public let name: String
        /// Without the white space around it.
        public let value: [UInt8]
    }

    /// Begins with a slash; as it was received, without the query.
    public let path: String
    /// What followed the question mark, as it was received.
    public let query: String?
    /// In the order of the request.
    public let headers: [Header]
    /// The value of `Sec-WebSocket-Key` as it was received: opaque text of 1 to 4,096 bytes. The RFC's 16 bytes in base64 are not
    /// insisted on, since a client may put its access token here.
    public let key: [UInt8]

    /// The values of all headers of a name, which is given in lower case.
    public func values(of name: String) -> [[UInt8]] {
        headers.compactMap { $0.name == name ? $0.value : nil }
    }
}
