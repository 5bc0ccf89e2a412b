import HubDomain

/// An access token with its text.
public struct NamedToken: Hashable, Sendable {
    public var text: String
    public var token: AccessToken

    public init(_ text: String, _ token: AccessToken) {
        (self.text, self.token) = (text, token)
    }
}
