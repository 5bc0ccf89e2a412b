import Base
import BoxConfiguration
import Cryptography
import Fares
import Kernel
import OperatingSystem
import Transport
import ValidatorCore

/// Reads when the certificates end on which the link to the platform depends, and the root keys of codes, and has that told in time.
final class CertificateKeeper {
    /// Files may be replaced while the daemon runs, and libcurl reads them for every connection.
    private static let reviewInterval = Duration.seconds(900)
    /// Larger ones are the system's collection of public authorities, of which some always expire.
    private static let largestFile = 65536

    private let files: [(role: WatchedCertificate.Role, path: String)]
    private let server: () -> PlatformClient.ServerCertificate?
    private let roots: () -> RootKeySet
    private let trustedTime: () -> WallTime?
    private let onNotice: (Notice) -> Void
    private var watch = CertificateWatch()
    private var certificates: [WatchedCertificate] = []
    private var complaints: Set<String> = []
    private var timer: OneShotTimer?

    /// - Parameters:
    ///   - server: the platform's certificate, once it has been seen.
    ///   - onNotice: like the others, must not keep the owner alive.
    init(
        _ platform: Configuration.Platform, server: @escaping () -> PlatformClient.ServerCertificate?,
        roots: @escaping () -> RootKeySet, trustedTime: @escaping () -> WallTime?, onNotice: @escaping (Notice) -> Void
    ) {
        let files: [(role: WatchedCertificate.Role, path: String)] = [
            (.client, platform.clientCertificateFile), (.authority, platform.authoritiesFile),
        ]
        self.files = files.filter { !$0.path.isEmpty }
        self.server = server
        self.roots = roots
        self.trustedTime = trustedTime
        self.onNotice = onNotice
        timer = OneShotTimer { [weak self] in self?.review() }
    }

    /// That of the link's which ends first; nil when none is known.
    var soonest: WatchedCertificate? { certificates.filter { $0.role != .root }.min { $0.expiry < $1.expiry } }

    /// Looks now, and from now on every 15 minutes.
    func review() {
        timer?.schedule(after: Self.reviewInterval)
        let earlier = complaints
        complaints = []
        certificates = files.flatMap(read) + seenOfServer() + rootsWithEnd
        for complaint in complaints.subtracting(earlier).sorted() { onNotice(Notice(.warning, complaint)) }
        for notice in watch.review(certificates, at: trustedTime(), now: Clocks.now().instant) { onNotice(notice) }
    }

    private func read(_ role: WatchedCertificate.Role, _ path: String) -> [WatchedCertificate] {
        do throws(SystemError) {
            let expiries = certificateExpiries(pem: try SmallFile.read(path, limit: Self.largestFile))
            if expiries == nil { complaints.insert("TLS: \(path) holds no readable PEM certificate; put a good one there") }
            return (expiries ?? []).map { WatchedCertificate(role: role, name: path, expiry: $0) }
        } catch {
            complaints.insert("TLS: \(error); nobody is warned before its certificates expire")
            return []
        }
    }

    private var rootsWithEnd: [WatchedCertificate] {
        roots().keys.compactMap { key in
            key.end.map { WatchedCertificate(role: .root, name: String(key.index), expiry: $0.end) }
        }
    }

    private func seenOfServer() -> [WatchedCertificate] {
        guard let server = server(), let expiry = certificateExpiries(pem: [UInt8](server.pem.utf8))?.first else { return [] }
        return [WatchedCertificate(role: .server, name: server.host, expiry: expiry)]
    }
}
