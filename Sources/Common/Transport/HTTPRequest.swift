/// A POST, and how long each part of the exchange may take.
public struct HTTPRequest: Sendable {
    /// `http` or `https`.
    public var url: String
    public var contentType: String
    public var body: [UInt8]
    /// Besides `Content-Type`; names and values without line breaks.
    public var headers: [(name: String, value: String)]
    /// From the start to the first byte of the reply: name, connection, TLS, request, and the wait for an answer.
    public var timeout: Duration
    /// Of that, until the request can be sent: name, connection, TLS.
    public var connectTimeout: Duration
    /// Between bytes of the reply.
    public var stall: Duration
    /// The whole exchange; nil for as long as bytes keep coming.
    public var total: Duration?
    /// A long reply, which gets a fresh connection of its own (HTTP/1.1): on one that is shared (HTTP/2) short exchanges would
    /// wait for each of its packets that is lost.
    public var isBulk: Bool
    /// Whether to ask for a compressed reply. One that was not asked for is taken as it comes, whatever it says of its coding:
    /// some servers name a character set there.
    public var acceptsCompression: Bool

    public init(
        url: String, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = [],
        timeout: Duration, connectTimeout: Duration? = nil, stall: Duration, total: Duration? = nil, isBulk: Bool = false,
        acceptsCompression: Bool = true
    ) {
        self.url = url
        self.contentType = contentType
        self.body = body
        self.headers = headers
        self.timeout = timeout
        self.connectTimeout = connectTimeout ?? timeout
        self.stall = stall
        self.total = total
        self.isBulk = isBulk
        self.acceptsCompression = acceptsCompression
    }

    var isEncrypted: Bool { url.lowercased().hasPrefix("https:") }

    var authority: String { Self.authority(of: url) }

    /// Host and port as a URL has them, for messages: no user, password or path.
    static func authority(of url: String) -> String {
        let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? ""
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")
    }
}
