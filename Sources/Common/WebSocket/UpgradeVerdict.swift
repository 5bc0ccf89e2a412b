/// What becomes of a request to open a connection.
public enum UpgradeVerdict: Hashable, Sendable {
    /// `nonce` is that of one of the request's `keyReadings`.
    case accept(nonce: [UInt8])
    /// An HTTP status of 400 to 599, and a sentence for whoever reads the answer.
    case refuse(status: Int, text: String)
}
