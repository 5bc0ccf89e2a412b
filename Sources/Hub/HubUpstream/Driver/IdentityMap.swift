import HubDomain
import PlatformAPI

/// What the platform calls the devices of this hub: one name up there is one device's.
struct IdentityMap: Sendable {
    private var upstreamIDs: [String: String] = [:]
    private var deviceIDs: [String: String] = [:]

    init(_ identities: [UpstreamIdentity] = []) {
        for identity in identities where identity.until == nil {
            upstreamIDs[identity.deviceID] = identity.upstreamID
            deviceIDs[identity.upstreamID] = identity.deviceID
        }
    }

    /// The same name on both sides where nothing else is said.
    /// - Throws: where the platform knows another device of the hub by that name: its rides would be booked as that one's.
    func upstreamID(of deviceID: String) throws(FieldError) -> String {
        if let name = upstreamIDs[deviceID] { return name }
        if let other = deviceIDs[deviceID] {
            throw FieldError(
                field: "device_id",
                problem: """
                    "\(deviceID)" is what the platform calls device \(other): give one of them another name (validator-hub map-device), then \
                    validator-hub refused --resend
                    """)
        }
        return deviceID
    }
}
