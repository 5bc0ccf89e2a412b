/// What becomes of a request to open a connection.
public enum UpgradeVerdict: Hashable, Sendable {
    case accept
    /// An HTTP status of 400 to 599, and a sentence for whoever reads the answer.
    case refuse(status: Int, text: String)
}
