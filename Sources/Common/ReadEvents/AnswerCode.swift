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
