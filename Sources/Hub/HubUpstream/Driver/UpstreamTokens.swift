import Base
import HubDomain
import PlatformAPI

/// The platform's access tokens, one for each name by which it knows a device. Their texts go nowhere but into requests.
struct UpstreamTokens: Sendable {
    private struct Held: Sendable {
        var text: String
        var fetched: Instant
        /// From when on another one is fetched before it is used.
        var ends: Instant
    }

    private let fixed: StaticTokens
    private var held: [String: Held] = [:]

    init(fixed: StaticTokens) { self.fixed = fixed }

    /// Nil where one has to be fetched first.
    func token(of upstreamID: String, at now: Instant) -> String? {
        if let token = fixed.token(of: upstreamID) { return token }
        return held[upstreamID].flatMap { now < $0.ends ? $0.text : nil }
    }

    /// The platform gave one: it is used for four fifths of its life.
    mutating func learn(_ token: PlatformReply.Token, of upstreamID: String, at now: Instant) {
        let life = Duration.seconds(max(1, token.expiresInSeconds))
        held[upstreamID] = Held(text: token.text, fetched: now, ends: now + life * 0.8)
    }

    /// The platform did not take a token that was used since `time`.
    /// - Returns: whether another one can be had, which the request is repeated with: not where an operator set it, nor where it had just been
    ///   fetched.
    mutating func refused(of upstreamID: String, usedSince time: Instant) -> Bool {
        guard fixed.token(of: upstreamID) == nil, let token = held[upstreamID], token.fetched < time else { return false }
        held[upstreamID] = nil
        return true
    }
}
