import Cryptography
import Fares
import HubDomain

extension TapRecord {
    private static let codecs = TicketReader(TicketSettings(), Libcrypto())

    /// The card or ticket as a listing shows it. The record itself has the whole code, by which rides are settled.
    public var listedSubject: String { Self.listed(subject) }

    /// A subject as a listing shows it.
    static func listed(_ subject: String) -> String { codecs.listing(of: Subject.payload(of: subject), written: subject) }
}
