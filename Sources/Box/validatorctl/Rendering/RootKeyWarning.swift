import Base
import ControlProtocol
import Fares

/// How long a root key has still to live.
enum RootKeyWarning {
    case ended
    case endsSoon

    /// Before its end, so that there is time to get the next one.
    private static let notice = Duration.seconds(60 * 86_400)

    /// Nil while there is time, and of a key without an end.
    init?(_ key: StatusReport.Root, at now: WallTime) {
        guard let end = key.end.flatMap({ CertificateMonth($0) })?.end, end - now < Self.notice else { return nil }
        self = now >= end ? .ended : .endsSoon
    }
}
