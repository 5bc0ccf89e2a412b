/// Reads a scanned code by whichever codec claims it.
public struct TicketReader: Sendable {
    private var codecs: [(kind: TicketCodecKind, codec: any TicketCodec)]

    public init(_ settings: TicketSettings, _ cryptography: any TicketCryptography) {
        codecs = settings.codecs.map { ($0, $0.codec(settings, cryptography)) }
    }

    /// The codec whose marks a code has; nil when no codec knows it.
    public func kind(of payload: [UInt8]) -> TicketCodecKind? { codec(of: payload)?.kind }

    /// What a code says, whoever made it; nil of one that no codec knows, and of a broken one.
    public func unverified(_ payload: [UInt8]) -> Ticket? { codec(of: payload)?.codec.unverified(payload) }

    /// Whether a code is a good ticket, its use apart.
    public mutating func check(
        _ payload: [UInt8], under circumstances: TicketCircumstances
    ) -> Result<Ticket, TicketFault> {
        guard let index = codecs.firstIndex(where: { $0.codec.claims(payload) }),
            let ticket = codecs[index].codec.unverified(payload)
        else { return .failure(.malformed) }
        let examination = codecs[index].codec.examine(payload, under: circumstances, isThorough: false)
        return examination.fault.map { .failure($0) } ?? .success(ticket)
    }

    /// All that can be said of a code, for a technician; nil when no codec knows it.
    public mutating func explain(
        _ payload: [UInt8], under circumstances: TicketCircumstances
    ) -> TicketExplanation? {
        guard let index = codecs.firstIndex(where: { $0.codec.claims(payload) }) else { return nil }
        return TicketExplanation(
            codec: codecs[index].kind, fields: codecs[index].codec.fields(of: payload),
            ticket: codecs[index].codec.unverified(payload),
            examination: codecs[index].codec.examine(payload, under: circumstances, isThorough: true))
    }

    /// What the fields say that name a person, whoever made the code; empty of a code that cannot be read.
    public func personalValues(of payload: [UInt8]) -> [String] {
        codec(of: payload)?.codec.fields(of: payload).filter(\.isPersonal).map(\.value) ?? []
    }

    /// True when one captured code gives the keys of some codec away.
    public var isWeak: Bool { codecs.contains { $0.codec.isWeak } }

    private func codec(of payload: [UInt8]) -> (kind: TicketCodecKind, codec: any TicketCodec)? {
        codecs.first { $0.codec.claims(payload) }
    }
}
