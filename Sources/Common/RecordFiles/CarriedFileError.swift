/// Why a carried file is not taken.
public enum CarriedFileError: Error, Hashable, Sendable {
    /// A byte is missing, or another one than was written.
    case damaged
    /// A line of a file that is damaged, or no carried file at all.
    case notJSON(line: Int, reason: String)
    /// A carried file with something else in it.
    case otherKind
    /// Of another release; what stands there for the layout.
    case otherFormat(String)
    /// A line that is whole and says nothing that this release understands.
    case notUnderstood(line: Int)
}
