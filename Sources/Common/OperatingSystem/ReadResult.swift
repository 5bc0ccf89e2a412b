import Base
import Glibc

/// What one read brought.
public enum ReadResult: Hashable, Sendable {
    case bytes([UInt8])
    /// Nothing there yet.
    case wouldBlock
    /// End of file, or the other end hung up: the descriptor gives no more.
    case ended
    case failed(SystemError)
}
