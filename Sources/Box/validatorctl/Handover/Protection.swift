import ControlProtocol
import Cryptography

/// How what is carried away is protected from whoever finds the stick.
struct Protection {
    /// Not at all, by somebody's explicit word.
    var isPlain = false
    /// Nil: it is asked for where one is needed.
    var passphrase: [UInt8]?
    /// Asks for a new one.
    var ask: () throws(ControlFailure) -> [UInt8]

    /// Who may open what is written; nil: everybody.
    ///
    /// - Parameters:
    ///   - hubKey: what the box is configured with.
    ///   - isForBox: another box is to read it, which has nothing but the passphrase.
    func recipients(hubKey: String?, isForBox: Bool) throws(ControlFailure) -> SealRecipients? {
        guard !isPlain else { return nil }
        let hub = hubKey.flatMap { HubKey($0) }
        guard (hub == nil) == (hubKey == nil) else { throw .unintelligible("a hub key that is none") }
        var passphrase = passphrase
        if passphrase == nil, isForBox || hub == nil { passphrase = try ask() }
        if let passphrase, !Passphrase.lengths.contains(passphrase.count) {
            throw .badArgument(
                "a passphrase has \(Passphrase.lengths.lowerBound) to \(Passphrase.lengths.upperBound) characters")
        }
        return SealRecipients(passphrase: passphrase, hub: hub)
    }
}
