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

    public func claims(_ payload: [UInt8]) -> Bool {
        payload.count > 3 && String(decoding: payload.prefix(3), as: UTF8.self).uppercased() == "VT1"
    }

    public func unverified(_ payload: [UInt8]) -> Ticket? {
        guard let (ticket, bytes) = content(of: payload) else { return nil }
        return Ticket(
            card: ticket.card, name: bytes, isSingleRide: ticket.kind == .singleRide, start: ticket.start, end: ticket.end)
    }

    public func examine(
        _ payload: [UInt8], under circumstances: TicketCircumstances, isThorough: Bool
    ) -> TicketExamination {
        var examination = TicketExamination(isThorough: isThorough)
        let found = content(of: payload)
        guard
            examination.note(
                .form, found != nil, else: .malformed, "VT1 and 48 letters and digits of base32; here \(payload.count) bytes"),
            let (ticket, bytes) = found
        else { return examination }
        let keys = circumstances.keys.keys(id: ticket.keyID, at: circumstances.timeForEnd)
        guard
            examination.note(.key, !keys.isEmpty, else: .unknownKey, "key \(ticket.keyID); \(keys.count) of ours have that id"),
            examination.note(.seal, keys.isEmpty || isSealed(bytes, by: keys), else: .forged, "the last 10 bytes, by that key"),
            examination.note(
                .start, !circumstances.isBefore(ticket.start), else: .notYetValid, "valid from \(ticket.start.timestamp)")
        else { return examination }
        _ = examination.note(.end, !circumstances.isAfter(ticket.end), else: .expired, "valid to \(ticket.end.timestamp)")
        return examination
    }

    private func isSealed(_ bytes: [UInt8], by keys: [KeyGroup.Key]) -> Bool {
        let sealed = Array(bytes.prefix(Self.sealedCount))
        return keys.contains { isEqualInConstantTime(seal(sealed, with: $0), bytes.suffix(Self.byteCount - Self.sealedCount)) }
    }

    public func fields(of payload: [UInt8]) -> [TicketField] {
        guard let (ticket, _) = content(of: payload) else { return [] }
        return [
            TicketField("key_id", String(ticket.keyID)),
            TicketField("kind", ticket.kind == .singleRide ? "single_ride" : "pass"),
            TicketField("card", ticket.card.description, isPersonal: true),
            TicketField("valid_from", ticket.start.timestamp),
            TicketField("valid_to", ticket.end.timestamp),
            TicketField("nonce", hexadecimal(ticket.nonce)),
        ]
    }

    /// The text to print. Nil when the card has more than 15 digits.
    public func text(of ticket: VT1Ticket, key: KeyGroup.Key) -> String? {
        guard let card = ticket.card.short else { return nil }
        var bytes = [ticket.keyID, ticket.kind.rawValue]
        bytes += Self.bigEndian(card) + Self.bigEndian(ticket.validFrom) + Self.bigEndian(ticket.lifetimeSeconds)
        bytes += Self.bigEndian(ticket.nonce)
        return "VT1" + Base32.encode(bytes + seal(bytes, with: key))
    }

    /// What the code says and its 30 bytes; nil when it is broken.
    public func content(of payload: [UInt8]) -> (ticket: VT1Ticket, bytes: [UInt8])? {
        guard let bytes = bytes(of: payload), let ticket = Self.ticket(from: bytes) else { return nil }
        return (ticket, bytes)
    }

    private func bytes(of payload: [UInt8]) -> [UInt8]? {
        guard payload.count == Self.textCount, claims(payload),
            let bytes = Base32.decode(payload.dropFirst(3)), bytes.count == Self.byteCount
        else { return nil }
        return bytes
    }

    private static func ticket(from bytes: [UInt8]) -> VT1Ticket? {
        guard let kind = VT1Ticket.Kind(rawValue: bytes[1]), let card = CardNumber(short: integer(bytes[2..<10])) else {
            return nil
        }
        return VT1Ticket(
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
