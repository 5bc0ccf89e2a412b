/// The forms that can be read (`tickets.codecs`). To add one: a codec in a file of its own, and a case and a line here.
public enum TicketCodecKind: String, CaseIterable, Sendable {
    case vt1
    case transport

    func codec(_ settings: TicketSettings, _ cryptography: any TicketCryptography) -> any TicketCodec {
        switch self {
        case .vt1: VT1Codec(authenticator: cryptography, secret: settings.secret)
        case .transport: TransportCodec(terms: settings.transport, verifier: cryptography)
        }
    }
}
