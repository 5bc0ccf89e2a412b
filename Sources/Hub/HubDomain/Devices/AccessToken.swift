import Base

/// An access token that was given out.
public struct AccessToken: Hashable, Sendable {
    /// That one device may hold at once; beyond, those go that end first.
    public static let maximumPerDevice = 8

    /// Whom it was given to.
    public var deviceID: String
    /// From then on it is refused.
    public var expires: WallTime

    public init(deviceID: String, expires: WallTime) {
        self.deviceID = deviceID
        self.expires = expires
    }

    /// The device whose token was found; `found` is nil for a text that is no token.
    /// - Throws: `.tokenRefused`
    public static func owner(of found: AccessToken?, at now: WallTime) throws(Refusal) -> String {
        guard let found, now < found.expires else {
            throw Refusal(.tokenRefused, "token is unknown or has expired: fetch a new one with get_token")
        }
        return found.deviceID
    }

    /// Lets pass nobody but the device that the token was given to.
    /// - Throws: `.tokenRefused`
    public static func check(_ found: AccessToken?, of deviceID: String, at now: WallTime) throws(Refusal) {
        guard try owner(of: found, at: now) == deviceID else {
            throw Refusal(.tokenRefused, "token was given to another device: fetch one with get_token")
        }
    }
}
