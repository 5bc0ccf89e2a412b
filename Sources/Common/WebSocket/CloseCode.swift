/// Why a connection ends (RFC 6455, section 7.4).
public enum CloseCode {
    public static let normal: UInt16 = 1000
    /// The server is being stopped.
    public static let goingAway: UInt16 = 1001
    public static let protocolError: UInt16 = 1002
    /// A binary message where only text makes sense.
    public static let unsupportedData: UInt16 = 1003
    /// Text that is not UTF-8.
    public static let invalidPayload: UInt16 = 1007
    public static let policyViolation: UInt16 = 1008
    public static let messageTooBig: UInt16 = 1009
    /// The client does not read what is sent to it (IANA registry).
    public static let tryAgainLater: UInt16 = 1013

    /// May a frame carry it? 1004 has no meaning, 1005, 1006 and 1015 say that there was no code, and 1016 to 2999 are not assigned.
    static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
