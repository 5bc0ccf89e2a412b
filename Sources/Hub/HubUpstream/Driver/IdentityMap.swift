import HubDomain

/// What the platform calls the devices of this hub.
struct IdentityMap: Sendable {
    private var upstreamIDs: [String: String] = [:]

    init(_ identities: [UpstreamIdentity] = []) {
        for identity in identities where identity.until == nil { upstreamIDs[identity.deviceID] = identity.upstreamID }
    }

    /// The same name on both sides where nothing else is said.
    func upstreamID(of deviceID: String) -> String { upstreamIDs[deviceID] ?? deviceID }
}
