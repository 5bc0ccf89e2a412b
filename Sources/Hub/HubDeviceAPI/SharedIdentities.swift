import Base
import HTTPTypes
import HubDomain
import HubMetrics
import HubServices
import Hummingbird
import Synchronization

/// Tells an operator of two boxes that call under one identity.
final class SharedIdentities: Sendable {
    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")

    private let proxies: ProxyTrust
    private let metrics: HubMetrics
    private let throttle: LogThrottle
    private let watch = Mutex(IdentityWatch())

    init(_ proxies: ProxyTrust, _ metrics: HubMetrics, _ throttle: LogThrottle) {
        (self.proxies, self.metrics, self.throttle) = (proxies, metrics, throttle)
    }

    /// - Parameters:
    ///   - deviceID: of a heartbeat that was answered.
    ///   - peer: the address of the connection that it came on.
    func sawHeartbeat(of deviceID: String, _ headers: HTTPFields, from peer: String, at now: Instant) {
        let address = proxies.origin(of: peer, forwardedFor: Self.forwardedFor.flatMap { headers[$0] })
        guard let (one, other) = watch.withLock({ $0.saw(deviceID, from: address, at: now) }) else { return }
        metrics.sharedIdentities.add()
        throttle.log(
            .warning, "shared identity",
            """
            device=\(deviceID.logField) calls from \(one.logField) and \(other.logField) by turns: two boxes under one identity; all that they \
            send is kept; find the copy, then validator-hub set-secret or enrol the right one anew
            """)
    }
}
