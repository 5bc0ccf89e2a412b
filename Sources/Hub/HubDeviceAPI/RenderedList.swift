import Base
import PlatformAPI

/// A list as it goes out: the reply's head differs for each request, the rest is shared by all that download the same version.
struct RenderedList: Sendable {
    var version: String
    /// Pieces of about 64 KiB, from the first card to the closing braces.
    var pieces: [[UInt8]]

    var byteCount: Int { pieces.reduce(0) { $0 + $1.count } }
}
