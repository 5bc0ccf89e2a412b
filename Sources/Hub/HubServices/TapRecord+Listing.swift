import Base
import Cryptography
import Fares
import HubDomain

extension TapRecord {
    private static let codecs = TicketReader(TicketSettings(), Libcrypto())
    /// Of a code that is not shown whole, so many characters of either end are.
    private static let shownEnd = 8
    /// Bytes; a VT1 ticket has 51.
    private static let longestWhole = 128

    /// The card or ticket as a listing shows it: a rider's code of the transport ministry's is cut down to its ends, which tell it from
    /// others and tell nobody who it is, and so is any other code longer than a VT1 ticket: it may be one of the ministry's that came
    /// with something around it. The record itself has the whole code, by which rides are settled.
    public var listedSubject: String {
        let isLong = subject.utf8.count > Self.longestWhole
        guard isLong || Self.codecs.kind(of: Subject.payload(of: subject)) == .transport else { return subject }
        return "\(subject.prefix(Self.shownEnd))…\(subject.suffix(Self.shownEnd))"
    }
}
