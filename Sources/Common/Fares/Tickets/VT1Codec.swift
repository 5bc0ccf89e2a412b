import Base

/// Codec `VT1`: the letters VT1, then base32 of 30 bytes: key id, kind, card, start, lifetime, nonce, and the first
/// 10 bytes of an HMAC-SHA-256 over "VT1" and all before. Letters and digits only, in either case.
public struct VT1Codec: TicketCodec {
    public static let byteCount = 30
    private static let sealedCount = 20
    private static let prefix = Array("VT1".utf8)
    private static let textCount = 3 + 48

    private let authenticator: any MessageAuthenticator
    /// Empty: a key is the bytes of its text alone, 32 bits in the platform's samples, which one captured code gives away.
    private let secret: [UInt8]

    public init(authenticator: any MessageAuthenticator, secret: [UInt8]) {
        self.authenticator = authenticator
        self.secret = secret
    }

    public var isWeak: Bool { secret.isEmpty }

    public func read(_ payload: [UInt8], keys: (_ id: UInt8) -> [KeyGroup.Key]) -> Result<SealedTicket, TicketFault> {
        guard let found = unverified(payload) else { return .failure(.malformed) }
        let candidates = keys(found.ticket.keyID)
        guard !candidates.isEmpty else { return .failure(.unknownKey) }
        let sealed = Array(found.bytes.prefix(Self.sealedCount))
        for key in candidates where isEqualInConstantTime(seal(sealed, with: key), found.bytes.suffix(10)) {
            return .success(found)
        }
        return .failure(.forged)
    }

    /// The text to print. Nil when the card has more than 15 digits.
    public func text(of ticket: Ticket, key: KeyGroup.Key) -> String? {
        guard let card = ticket.card.short else { return nil }
        var bytes = [ticket.keyID, ticket.kind.rawValue]
        bytes += Self.bigEndian(card) + Self.bigEndian(ticket.validFrom) + Self.bigEndian(ticket.lifetimeSeconds)
        bytes += Self.bigEndian(ticket.nonce)
        return "VT1" + Base32.encode(bytes + seal(bytes, with: key))
    }

    public func unverified(_ payload: [UInt8]) -> SealedTicket? {
        guard let bytes = Self.bytes(of: payload), let ticket = Self.ticket(from: bytes) else { return nil }
        return SealedTicket(ticket: ticket, bytes: bytes)
    }

    private static func bytes(of payload: [UInt8]) -> [UInt8]? {
        guard payload.count == textCount, String(decoding: payload.prefix(3), as: UTF8.self).uppercased() == "VT1",
            let bytes = Base32.decode(payload.dropFirst(3)), bytes.count == byteCount
        else { return nil }
        return bytes
    }

    private static func ticket(from bytes: [UInt8]) -> Ticket? {
        guard let kind = Ticket.Kind(rawValue: bytes[1]), let card = CardNumber(short: integer(bytes[2..<10])) else { return nil }
        return Ticket(
            keyID: bytes[0], kind: kind, card: card, validFrom: integer(bytes[10..<14]),
            lifetimeSeconds: integer(bytes[14..<16]), nonce: integer(bytes[16..<20]))
    }

    private func seal(_ bytes: [UInt8], with key: KeyGroup.Key) -> ArraySlice<UInt8> {
        authenticator.authenticationCode(key: sealingKey(key), message: Self.prefix + bytes).prefix(10)
    }

    /// HKDF-SHA-256 (RFC 5869) for one block: no salt, info "VT1" and the key id.
    private func sealingKey(_ key: KeyGroup.Key) -> [UInt8] {
        guard !secret.isEmpty else { return Array(key.text.utf8) }
        let extracted = authenticator.authenticationCode(
            key: Array(repeating: 0, count: 32), message: secret + Array(key.text.utf8))
        return authenticator.authenticationCode(key: extracted, message: Self.prefix + [key.id, 1])
    }

    private static func integer<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Value {
        bytes.reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    private static func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (Value.bitWidth - 8 - 8 * $0)) }
    }
}
