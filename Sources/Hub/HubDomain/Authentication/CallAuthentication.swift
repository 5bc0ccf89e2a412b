import Base

/// Whether a call comes from the device that it names.
public struct CallAuthentication: Sendable {
    public var mode: AuthenticationMode
    public var staticTokens: StaticTokens

    public init(_ mode: AuthenticationMode, staticTokens: StaticTokens = StaticTokens()) {
        (self.mode, self.staticTokens) = (mode, staticTokens)
    }

    /// By what a device was believed.
    public enum Proof: Hashable, Sendable {
        case secret
        /// The one that it was given last: those before count no more from now on.
        case nextSecret
        case staticToken
        case certificate
        /// None was asked for.
        case none
    }

    /// - Parameters:
    ///   - claimed: whom the call names: by its `device_id`, or, where it has none, by the owner of its `token`.
    ///   - device: as it is registered; nil when it is not.
    /// - Throws: `.callerRefused` when it proves nothing or somebody else, `.deviceRevoked` for one that is believed no longer.
    public func proof(
        of credentials: CallCredentials, claiming claimed: String?, as device: Device?
    ) throws(Refusal) -> Proof {
        if let device { try device.requireStanding() }
        if mode == .none { return .none }
        if mode == .certificate, let name = credentials.certificateName {
            guard let claimed, isEqualInConstantTime(Array(name.utf8), Array(claimed.utf8)) else {
                throw Refusal(.callerRefused, "the certificate is another device's than device_id says")
            }
            return .certificate
        }
        if let claimed {
            if let bearer = credentials.bearer, let proof = proof(by: bearer, of: claimed, device) { return proof }
            if credentials.bearer == nil, let token = credentials.token, isStaticToken(token, of: claimed) { return .staticToken }
        }
        throw Refusal(
            .callerRefused,
            credentials.bearer == nil
                ? "the call does not prove which device it is from: Authorization: Bearer and the device's secret"
                : "the secret is not this device's: enrol it again")
    }

    private func proof(by bearer: String, of claimed: String, _ device: Device?) -> Proof? {
        let bytes = Array(bearer.utf8)
        if let next = device?.nextSecret, isEqualInConstantTime(next, bytes) { return .nextSecret }
        if let present = device?.secret, isEqualInConstantTime(present, bytes) { return .secret }
        return isStaticToken(bearer, of: claimed) ? .staticToken : nil
    }

    /// One that several devices know proves none of them.
    private func isStaticToken(_ token: String, of deviceID: String) -> Bool {
        let holders = staticTokens.holders(of: token)
        return !holders.isEmpty && holders.allSatisfy { $0 == .device(deviceID) }
    }
}
