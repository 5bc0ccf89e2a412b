/// Names one upload in the outbox for as long as it is there.
public enum UploadKey: Hashable, Sendable {
    /// The row of its tap.
    case booking(Int64)
    case log(Int64)
    /// The row of its position.
    case position(Int64)
}
