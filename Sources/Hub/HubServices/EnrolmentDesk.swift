import Base
import HubDomain
import HubStore

/// Gives devices secrets of their own: for a one-time code, and in place of the one that they have.
public struct EnrolmentDesk: Sendable {
    private let store: any HubStore
    private let policy: HubPolicy
    private let audit: @Sendable (String) -> Void

    /// - Parameter audit: takes a line of what was done, and what was tried in vain.
    public init(_ store: any HubStore, policy: HubPolicy, audit: @escaping @Sendable (String) -> Void) {
        (self.store, self.policy, self.audit) = (store, policy, audit)
    }

    /// Makes a code for the device, which is registered if it is not. Codes of before that nobody has used are good no longer.
    /// - Throws: `Refusal` of a device that is revoked, or when nothing could be stored.
    public func issueCode(for id: String, at now: WallTime) async throws -> EnrolmentCode {
        var random = SystemRandomNumberGenerator()
        let code = EnrolmentCode(using: &random)
        var wanted = WantedFacts()
        wanted.device(id)
        try await store.transact(wanted) { facts in
            if let device = facts.device(id) {
                try device.requireStanding()
            } else {
                facts.register(Device(id: id, registered: now))
            }
            facts.endCodes(of: id)
            facts.keep(Enrolment(of: code, for: id, at: now))
        }
        return code
    }

    /// Uses a code: the device gets a new secret, which is its only one from now on, and its tokens and other codes end.
    ///
    /// - Parameters:
    ///   - text: the code as somebody typed it.
    ///   - address: where the call is from.
    ///   - hardware: what the box says of itself, for the trail.
    /// - Throws: `EnrolmentRefusal`, or when nothing could be stored.
    public func enrol(
        _ deviceID: String, code text: String, from address: String, hardware: String, at now: WallTime
    ) async throws -> String {
        var random = SystemRandomNumberGenerator()
        let secret = DeviceSecret.new(using: &random)
        do {
            guard let code = EnrolmentCode(text) else { throw EnrolmentRefusal.unknownCode }
            var wanted = WantedFacts()
            wanted.enrolment(code.digest)
            wanted.device(deviceID)
            try await store.transact(wanted) { facts in
                facts.keep(
                    try Enrolment.redeem(
                        facts.enrolment(code.digest), for: deviceID, of: facts.device(deviceID), from: address, at: now))
                facts.change(deviceID, .credentials) { ($0.secret, $0.nextSecret) = (Array(secret.utf8), nil) }
                facts.endTokens(of: deviceID)
                facts.endCodes(of: deviceID)
            }
        } catch let refusal as EnrolmentRefusal {
            audit("enrolment refused device=\(deviceID.logField) from=\(address.logField) reason=\(refusal.rawValue)")
            throw refusal
        }
        audit("enrolled device=\(deviceID.logField) from=\(address.logField) hardware=\(hardware.logField)")
        return secret
    }

    /// Gives a device that proves who it is a new secret; the one that it has is good until the new one was used. Asked again, it gives
    /// another, and the one before is forgotten.
    ///
    /// - Throws: `Refusal` when it does not prove who it is, or when nothing could be stored.
    public func rotate(_ deviceID: String, _ credentials: CallCredentials, from address: String) async throws -> String {
        var random = SystemRandomNumberGenerator()
        let secret = DeviceSecret.new(using: &random)
        // Where nobody has to prove anything, whoever asked would take a device's name for himself.
        let authentication = CallAuthentication(policy.authentication == .none ? .secret : policy.authentication)
        var wanted = WantedFacts()
        wanted.device(deviceID)
        try await store.transact(wanted) { facts in
            guard let device = facts.device(deviceID) else {
                throw Refusal(.callerRefused, "the secret is not this device's: enrol it again")
            }
            let proof = try authentication.proof(of: credentials, claiming: deviceID, as: device)
            facts.change(deviceID, .credentials) { device in
                if proof == .nextSecret { device.adoptNextSecret() }
                device.nextSecret = Array(secret.utf8)
            }
        }
        audit("secret rotated device=\(deviceID.logField) from=\(address.logField)")
        return secret
    }
}
