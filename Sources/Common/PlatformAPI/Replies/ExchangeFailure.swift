/// Why there is no reply to decode. The text tells a technician what to do next.
public struct ExchangeFailure: Error, Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Name resolution, refused, reset, TLS: the link or the address is at fault.
        case connection
        /// Nothing, or nothing more, in the time given.
        case timeout
        /// An HTTP status other than 2xx.
        case status
        /// Not the document that was asked for.
        case undecodable
    }

    public var kind: Kind
    public var text: String

    /// The HTTP status of a `status` failure.
    public var status: Int?
    /// How long the platform asks not to be asked again (`Retry-After`); nil when it did not say.
    public var retryAfter: Duration?

    /// The list that was asked for is larger than the box has memory for: it will be no smaller the next time.
    public var isTooLarge = false

    /// Of a failure of the link: the connection was made, so that the request may have arrived.
    public var mayHaveArrived = false

    /// True when the platform may have done what it was asked, although no usable reply says so.
    public var mayHaveActed: Bool {
        switch kind {
        case .connection, .timeout: mayHaveArrived
        // A gateway may have waited in vain; 503 says that nothing was begun.
        case .status: isOutage && status != 503
        case .undecodable: true
        }
    }

    /// True when nothing at all came from the platform.
    public var isOfLink: Bool { kind == .connection || kind == .timeout }
    /// True when the platform, or what stands before it, is out of order for now: HTTP 5xx.
    public var isOutage: Bool { (status ?? 0) >= 500 }

    public init(_ kind: Kind, _ text: String, status: Int? = nil, retryAfter: Duration? = nil) {
        self.kind = kind
        self.text = text
        self.status = status
        self.retryAfter = retryAfter
    }
}
