import HubDomain
import OperatingSystem
import PlatformAPI
import Synchronization

/// Holds each device to its share of requests.
final class DeviceQuotas: Sendable {
    private let quota = Mutex(RequestQuota())

    /// Returns when the request's turn has come.
    /// - Returns: nil; or, without waiting, how long to send it away for.
    func admit(_ request: DeviceRequest, _ credentials: CallCredentials) async throws -> Duration? {
        let caller = Self.name(of: request, credentials)
        let verdict = quota.withLock { $0.take(Self.kind(of: request.call), of: caller, at: Clocks.now().instant) }
        switch verdict {
        case .now: return nil
        case .wait(let pause):
            try await Task.sleep(for: pause)
            return nil
        case .refuse(let pause): return pause
        }
    }

    private static func kind(of call: PlatformCall) -> RequestQuota.Kind {
        switch call {
        case .cardCheck, .ticketCheck, .cardLog, .ticketLog: .record
        default: .other
        }
    }

    /// With what it says to prove itself by, so that nobody uses up a device's share who knows its name alone.
    private static func name(of request: DeviceRequest, _ credentials: CallCredentials) -> String {
        var hasher = Hasher()
        hasher.combine(credentials)
        return "\((request.deviceID ?? "").prefix(64)) \(hasher.finalize())"
    }
}
