/// The ticket keys of one version (`get_qrcode_keys`, section 5.2).
public struct KeyGroup: Hashable, Sendable {
    public struct Key: Hashable, Sendable {
        /// 0...255: a VT1 ticket names its key in one byte.
        public var id: UInt8
        /// The text as the platform sent it; its "encryption" is not documented, so it is used as it is.
        public var text: String

        public init(id: UInt8, text: String) {
            self.id = id
            self.text = text
        }
    }

    public var version: String
    public var keys: [Key]
    /// The newest version whose tickets are refused from now on, and with it all before it: its keys are in wrong hands. Nil when none is.
    public var revokedVersion: String?

    public init(version: String, keys: [Key], revokedVersion: String? = nil) {
        self.version = version
        self.keys = keys
        self.revokedVersion = revokedVersion
    }
}
