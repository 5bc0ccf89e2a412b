import Cryptography
import TomlConfiguration

extension Configuration {
    /// `[collection]`: records that somebody carries to the hub.
    public struct Collection: Hashable, Sendable {
        /// To whom they are sealed; nil: to whoever knows the passphrase that the technician chooses.
        public var hubKey: HubKey?

        init(_ table: ConfigurationReader) {
            let text = table.string("hub_key", default: "")
            hubKey = HubKey(text)
            if hubKey == nil, !text.isEmpty {
                table.report("hub_key", "is not as validator-hub show-key prints it; take all 73 characters")
            }
        }
    }
}
