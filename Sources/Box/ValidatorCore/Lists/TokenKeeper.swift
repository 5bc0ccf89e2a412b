import Base
import PlatformAPI

/// The platform's access token: fixed by the configuration, or fetched and fetched again before it expires.
/// Its text never leaves the core but in a request.
struct TokenKeeper: Sendable {
    private let kind: Policy.TokenKind
    private var held: (text: String, fetched: Instant, expires: Instant)?

    init(kind: Policy.TokenKind) {
        self.kind = kind
    }

    /// Nil when one has to be fetched first.
    func token(at now: Instant) -> String? {
        switch kind {
        case .fixed(let text): text
        case .call: held.flatMap { now + Limits.tokenMargin < $0.expires || now - $0.fetched < .seconds(1) ? $0.text : nil }
        }
    }

    mutating func learn(_ token: PlatformReply.Token, at now: Instant) {
        held = (token.text, now, now + .seconds(max(1, token.expiresInSeconds)))
    }

    /// Drops a token that the platform refused. False when a new one cannot be had, or was fetched for this very try.
    mutating func drop(usedSince: Instant) -> Bool {
        guard case .call = kind, let held, held.fetched < usedSince else { return false }
        self.held = nil
        return true
    }
}
