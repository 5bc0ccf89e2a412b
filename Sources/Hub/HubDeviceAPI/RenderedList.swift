import Gzip

/// A list as it goes out: the reply's head differs for each request, the rest is shared by all that download the same version.
struct RenderedList: Sendable {
    var version: Int64
    /// What devices are told as its version.
    var versionText: String
    /// A platform's list that this hub has not got yet.
    var isMissing = false
    /// Pieces of about 64 KiB, from the first card to the closing braces.
    var pieces: [[UInt8]]
    /// The same, for who takes gzip.
    var compressed: CompressedTail

    /// A reply's bytes, of which most are shared.
    struct Reply: Sendable {
        var pieces: [[UInt8]]
        var byteCount: Int
    }

    func reply(head: [UInt8], _ coding: AcceptedCoding) -> Reply {
        switch coding {
        case .identity: return Reply(pieces: [head] + pieces, byteCount: head.count + pieces.reduce(0) { $0 + $1.count })
        case .gzip:
            let (before, behind) = compressed.envelope(head: head)
            return Reply(
                pieces: [before] + compressed.pieces + [behind], byteCount: compressed.byteCount(headCount: head.count))
        }
    }
}
