import Cryptography
import Fares

extension FuzzTarget {
    /// A scanned text: what has a ticket's form is the one text of that ticket, and only its own seal makes it good.
    static let ticket = FuzzTarget(name: "ticket") { input in
        for secret in ["", "provisioning secret"] {
            let codec = VT1Codec(authenticator: LibcryptoAuthenticator(), secret: Array(secret.utf8))
            func key(_ id: UInt8) -> KeyGroup.Key { KeyGroup.Key(id: id, text: "a84a6ce9") }
            let result = codec.read(input) { [key($0)] }
            guard let found = codec.unverified(input) else {
                try require(result == .failure(.malformed), "no ticket, and yet \(result)")
                return
            }
            let scanned = String(decoding: input, as: UTF8.self).uppercased()
            guard let printed = codec.text(of: found.ticket, key: key(found.ticket.keyID)) else {
                throw BrokenProperty(description: "\(found.ticket) cannot be printed")
            }
            // VT1, and the base32 of the 20 bytes before the seal.
            try require(printed.prefix(35) == scanned.prefix(35), "\(scanned) is printed as \(printed)")
            try require(
                result == (printed == scanned ? .success(found) : .failure(.forged)), "\(scanned) of \(printed): \(result)")
            let genuine = try codec.read(Array(printed.utf8)) { [key($0)] }.get()
            try require(genuine.ticket == found.ticket, "\(found.ticket) is read back as \(genuine.ticket)")
        }
    }
}
