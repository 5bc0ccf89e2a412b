import Cryptography
import Fares

extension FuzzTarget {
    /// A scanned text: what has a ticket's form is the one text of that ticket, and only its own seal makes it good.
    static let ticket = FuzzTarget(name: "ticket") { input in
        for secret in ["", "provisioning secret"] {
            let codec = VT1Codec(authenticator: Libcrypto(), secret: Array(secret.utf8))
            func key(_ id: UInt8) -> KeyGroup.Key { KeyGroup.Key(id: id, text: "a84a6ce9") }
            func fault(_ text: [UInt8]) -> TicketFault? {
                let group = KeyGroup(version: "1", keys: (0...255).map { key($0) })
                let circumstances = TicketCircumstances(
                    keys: KeyRing(current: group), timeForStart: nil, timeForEnd: nil, skew: .zero)
                return codec.examine(text, under: circumstances, isThorough: false).fault
            }
            let result = fault(input)
            guard let found = codec.content(of: input) else {
                try require(result == .malformed, "no ticket, and yet \(String(describing: result))")
                return
            }
            let scanned = String(decoding: input, as: UTF8.self).uppercased()
            guard let printed = codec.text(of: found.ticket, key: key(found.ticket.keyID)) else {
                throw BrokenProperty(description: "\(found.ticket) cannot be printed")
            }
            // VT1, and the base32 of the 20 bytes before the seal.
            try require(printed.prefix(35) == scanned.prefix(35), "\(scanned) is printed as \(printed)")
            try require(
                result == (printed == scanned ? nil : .forged), "\(scanned) of \(printed): \(String(describing: result))")
            let genuine = codec.content(of: Array(printed.utf8))?.ticket
            try require(
                fault(Array(printed.utf8)) == nil && genuine == found.ticket,
                "\(found.ticket) is read back as \(String(describing: genuine))")
        }
    }
}
