import HubDomain
import HubStore
import PlatformAPI

/// Whom a call is from.
extension DeviceService {
    /// Lets nobody pass but the device that the call names.
    /// - Throws: `.callerRefused`, `.deviceRevoked`, or `.tokenRefused` where the token alone would tell who asks.
    func authenticate(
        _ pending: PendingRequest, in facts: inout StoreFacts, _ notes: inout [DeviceOutcome.Note]
    ) throws(Refusal) -> CallAuthentication.Proof {
        let claimed = try claimed(by: pending, in: facts)
        let device = claimed.flatMap { facts.device($0) }
        let proof = try authentication.proof(of: pending.credentials, claiming: claimed, as: device)
        if proof == .nextSecret, let device {
            facts.change(device.id, .credentials) { $0.adoptNextSecret() }
            notes.append(.secretReplaced(device.id))
        }
        return proof
    }

    private func claimed(by pending: PendingRequest, in facts: StoreFacts) throws(Refusal) -> String? {
        guard case .success(.keys(let token)) = pending.content else { return pending.deviceID }
        return try holder(of: token, pending, in: facts) ?? pending.deviceID
    }
}
