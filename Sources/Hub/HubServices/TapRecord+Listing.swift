import Base
import Cryptography
import Fares
import HubDomain

extension TapRecord {
    private static let codecs = TicketReader(TicketSettings(), Libcrypto())
    /// Of a code that is not shown whole, so many characters of either end are.
    private static let shownEnd = 8

    /// The card or ticket as a listing shows it: a rider's code of the transport ministry's is cut down to its ends, which tell it from
    /// others and tell nobody who it is. The record itself has the whole code, by which rides are settled.
    public var listedSubject: String {
        guard Self.codecs.kind(of: Subject.payload(of: subject)) == .transport else { return subject }
        return "\(subject.prefix(Self.shownEnd))…\(subject.suffix(Self.shownEnd))"
    }
}
