import Base

/// `ret_code` and `ret_msg` of a reply that says no.
public struct Refusal: Error, Hashable, Sendable {
    public var code: ReturnCode
    /// For whoever reads the device's log: what is wrong, and what to do about it.
    public var message: String

    public init(_ code: ReturnCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
