import Base
import Fares

/// How one platform wants its requests and writes its replies: whatever a platform may reasonably do otherwise.
public struct WireFormat: Sendable {
    public enum Body: String, CaseIterable, Sendable { case json, form }
    /// How a code that is no text goes into `qr_code` (`tickets.binary_as`).
    public enum BinaryTicket: String, CaseIterable, Sendable { case hex, base64 }

    /// The token call is not printed in the document, so its names are settings.
    public struct TokenCall: Sendable {
        public var call = PlatformCall.token.rawValue
        /// May be empty; it is sent all the same.
        public var applicationID = ""
        public var secret = ""
        public var applicationIDField = "app_id"
        public var secretField = "secret"
        public var tokenField = "token"
        public var expiresInField = "expires_in"

        public init() {}
    }

    /// With or without a slash at the end.
    public var baseURL: String
    /// `device_id`
    public var deviceID: String
    /// `software_ver`: major x 10,000 + minor x 100 + patch.
    public var softwareVersion: Int
    public var body = Body.json
    public var binaryTicket = BinaryTicket.hex
    /// The zone of all times but the box's own.
    public var timeZone: any TimeZoneRules = FixedZone.shanghai
    public var timeFormat = TimeFormat.datetime
    public var coordinates = CoordinateSystem.wgs84
    public var tokenCall = TokenCall()
    /// What `flag` 0 means in `get_card_list`; in a line list it always means not on this line.
    public var unlisted = UnlistedMeaning.blocked
    /// Of memory that one list may take while it is gathered and built; beyond, its reply is given up.
    public var maximumListBytes = 128 << 20

    public init(baseURL: String, deviceID: String, softwareVersion: Int) {
        self.baseURL = baseURL
        self.deviceID = deviceID
        self.softwareVersion = softwareVersion
    }

    /// The call as it stands in the URL.
    func name(_ call: PlatformCall) -> String {
        call == .token ? tokenCall.call : call.rawValue
    }

    func url(_ call: PlatformCall) -> String {
        baseURL + (baseURL.hasSuffix("/") ? "" : "/") + name(call)
    }
}
