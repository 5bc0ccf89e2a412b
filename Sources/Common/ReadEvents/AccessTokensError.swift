/// What is wrong with a file of tokens. Never shows any of its content.
public enum AccessTokensError: Error, Hashable, Sendable, CustomStringConvertible {
    case unusable(line: Int, reason: String)
    case tooMany
    case none

    public var description: String {
        switch self {
        case .unusable(let line, let reason): "line \(line) \(reason); write one token a line"
        case .tooMany: "more than \(AccessTokens.maximumCount) tokens; remove those no longer used"
        case .none: "it holds no token; write one a line, such as the output of: openssl rand -hex 32"
        }
    }
}
