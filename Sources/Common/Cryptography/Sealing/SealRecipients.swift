import Base
import JSON

/// For whom a file is sealed: one of the two at least.
public struct SealRecipients: Sendable {
    let passphrase: PassphraseKey?
    let hub: HubKey?

    /// Stretches the passphrase, which takes a good part of a second; for all files that are sealed to these recipients once.
    public init(passphrase: [UInt8]?, hub: HubKey?) {
        precondition(passphrase != nil || hub != nil, "a file is sealed for somebody")
        self.passphrase = passphrase.map { passphrase in
            guard let key = PassphraseKey(passphrase, salt: randomBytes(PassphraseKey.saltSize)) else {
                preconditionFailure("libcrypto refuses scrypt: 32 MB of memory are needed")
            }
            return key
        }
        self.hub = hub
    }

    /// Whoever knows the passphrase alone; nil when there is none.
    public var withoutHub: SealRecipients? { passphrase.map { SealRecipients(stretched: $0) } }

    private init(stretched passphrase: PassphraseKey) { (self.passphrase, hub) = (passphrase, nil) }

    func json(wrapping fileKey: [UInt8]) -> JSONValue {
        var recipients: [JSONValue] = []
        if let passphrase {
            recipients.append([
                "kind": "passphrase", "salt": .string(hexadecimal(passphrase.salt)), "log2_n": .int(passphrase.cost.log2N),
                "r": .int(passphrase.cost.r), "p": .int(passphrase.cost.p),
                "wrapped": .string(SealedFile.wrap(fileKey, under: passphrase.key)),
            ])
        }
        if let hub {
            let ephemeral = HubPrivateKey()
            guard let shared = ephemeral.shared(with: hub) else { preconditionFailure("a hub's key is a point of the curve") }
            let key = SealedFile.hubWrappingKey(shared, ephemeral: ephemeral.publicKey, hub: hub)
            recipients.append([
                "kind": "hub", "key": .string(hub.fingerprint), "ephemeral": .string(hexadecimal(ephemeral.publicKey.bytes)),
                "wrapped": .string(SealedFile.wrap(fileKey, under: key)),
            ])
        }
        return .array(recipients)
    }
}
