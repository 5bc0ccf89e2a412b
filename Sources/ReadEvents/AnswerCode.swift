/// `code` of an answer. The document prints only that of success; the others are ours.
public enum AnswerCode: String, CaseIterable, Sendable {
    case success = "0"
    /// The text is not JSON (RFC 8259).
    case malformed = "1001"
    /// A field is missing, of the wrong type, or has a value that means nothing.
    case wrongField = "1002"
    /// `pageSize` or `pageNo` of a query.
    case pageOutOfRange = "1003"
    case tooManySubscriptions = "1004"
    case requestTooLarge = "1005"
}

/// Why a request was not carried out, as its answer says.
public struct RequestFault: Error, Hashable, Sendable {
    /// The request's id; empty when the request has none that could be read.
    public var requestID: String
    public var code: AnswerCode
    /// What the client's programmer is to do.
    public var message: String

    init(_ code: AnswerCode, _ message: String, requestID: String = "") {
        self.requestID = requestID
        self.code = code
        self.message = message
    }
}
