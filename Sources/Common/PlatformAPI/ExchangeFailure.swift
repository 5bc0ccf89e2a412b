/// Why there is no reply to decode. The text tells a technician what to do next.
public struct ExchangeFailure: Error, Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Name resolution, refused, reset, TLS: the link or the address is at fault.
        case connection
        /// Nothing, or nothing more, in the time given.
        case timeout
        /// An HTTP status other than 200.
        case status
        /// Not the document that was asked for.
        case undecodable
    }

    public var kind: Kind
    public var text: String

    /// True when nothing at all came from the platform.
    public var isOfLink: Bool { kind == .connection || kind == .timeout }

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}
