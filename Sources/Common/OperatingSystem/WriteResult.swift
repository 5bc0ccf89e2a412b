import Glibc

/// What one write achieved.
public enum WriteResult: Hashable, Sendable {
    /// So many bytes were taken, perhaps fewer than offered.
    case written(Int)
    /// No room now.
    case wouldBlock
    case failed(SystemError)
}
