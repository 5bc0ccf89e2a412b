import Base
import PlatformAPI

/// Tells of certificates that end soon, early enough for somebody to replace them, and once a day: of those of the link 14 days ahead,
/// of root keys, which come by letter, 60.
public struct CertificateWatch: Sendable {
    private static let day = Duration.seconds(86400)

    private var told: [WatchedCertificate: Instant] = [:]

    public init() {}

    /// What is to be said about `certificates`, all that there are, at `time`; nothing while no clock is trusted. May be asked
    /// as often as anything has changed.
    public mutating func review(_ certificates: [WatchedCertificate], at time: WallTime?, now: Instant) -> [Notice] {
        guard let time else { return [] }
        let known = Set(certificates)
        told = told.filter { known.contains($0.key) && now - $0.value < Self.day }
        return certificates.compactMap { certificate in
            guard certificate.expiry - time <= Self.day * certificate.role.warningDays, told[certificate] == nil else {
                return nil
            }
            told[certificate] = now
            return notice(certificate, at: time)
        }
    }

    private func notice(_ certificate: WatchedCertificate, at time: WallTime) -> Notice {
        let subject =
            switch certificate.role {
            case .client: "client certificate \(certificate.name)"
            case .authority: "a certificate in CA file \(certificate.name)"
            case .server: "certificate of \(certificate.name)"
            case .root: "the transport ministry's root key \(certificate.name)"
            }
        let advice =
            switch certificate.role {
            case .client: "have the platform's operator issue the next one and put it in the place of this file"
            case .authority: "ask the platform's operator for its successor and add it to the file"
            case .server: "tell the platform's operator"
            case .root: "ask the clearing centre for its successor and add it to tickets.transport_roots_file"
            }
        let topic = certificate.role == .root ? "tickets" : "TLS"
        let date = CivilTime(secondsSince1970: certificate.expiry.seconds).date
        guard certificate.expiry >= time else {
            return Notice(.error, "\(topic): \(subject) has expired on \(date); \(advice)")
        }
        let days = (certificate.expiry - time).wholeSeconds / 86400
        let span = days == 0 ? "within a day" : days == 1 ? "in 1 day" : "in \(days) days"
        return Notice(.warning, "\(topic): \(subject) expires \(span), on \(date); \(advice)")
    }
}

extension WatchedCertificate.Role {
    /// So many days before its end the first warning comes.
    public var warningDays: Int {
        switch self {
        case .client, .authority, .server: 14
        case .root: 60
        }
    }
}
