import Base

/// What is to be said of a root key's end.
public enum RootKeyWarning: Sendable {
    case ended
    case endsSoon

    /// Before its end, so that there is time to get the next one, which comes by letter.
    public static let notice = Duration.seconds(60 * 86_400)

    /// Nil while there is time, and of a key without an end.
    ///
    /// - Parameter end: of the key, the month to whose end it holds.
    public init?(end: CertificateMonth?, at now: WallTime) {
        guard let end = end?.end, end - now < Self.notice else { return nil }
        self = now >= end ? .ended : .endsSoon
    }
}
