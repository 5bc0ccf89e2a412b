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
