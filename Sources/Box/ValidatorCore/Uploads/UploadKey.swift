/// Names one upload in the outbox for as long as it is there.
public enum UploadKey: Hashable, Sendable {
    /// By the row of its tap.
    case booking(Int64)
    /// By the row of its tap.
    case log(Int64)
    /// By its own row.
    case position(Int64)
}
