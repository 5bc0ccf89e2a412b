/// What a file that someone carries from this box is sealed and authenticated with.
public struct CarriageReply: ControlValue {
    /// `collection.hub_key`; nil: none.
    public var hubKey: String?
    /// Over the digest that was asked about, under a key derived from the box's secret; nil: it has none, or nothing was asked about.
    public var authentication: String?
    /// Where records of a former identity lie, too.
    public var stateFolder = ""

    public init() {}

    public init(hubKey: String?, authentication: String?, stateFolder: String) {
        (self.hubKey, self.authentication, self.stateFolder) = (hubKey, authentication, stateFolder)
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("hub_key", ifPresent: &hubKey)
        member("hmac_sha256", ifPresent: &authentication)
        member("state_dir", required: &stateFolder)
    }
}
