import PlatformAPI

/// By what a call is known on its way to the platform: it goes up under the same `req_id` for ever.
public struct ForwardKey: Hashable, Sendable {
    public var deviceID: String
    public var call: PlatformCall
    public var requestID: String

    public init(deviceID: String, call: PlatformCall, requestID: String) {
        (self.deviceID, self.call, self.requestID) = (deviceID, call, requestID)
    }
}
