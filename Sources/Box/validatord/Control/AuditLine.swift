import Base

/// What somebody has taken from the box or changed in it, for the log.
struct AuditLine: Hashable {
    var level = Notice.Level.info
    /// The thing itself; without line breaks.
    var what: String
    /// `ControlPeer.name`
    var peer: String

    var text: String { "\(what) by \(peer)" }
    var notice: Notice { Notice(level, "audit \(text)") }
    /// As the kernel knows him, whatever process he asks from.
    var user: Substring { peer.prefix { $0 != " " } }
}
