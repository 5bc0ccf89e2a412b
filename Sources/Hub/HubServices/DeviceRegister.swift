import Base
import HubDomain
import HubStore

/// What operators do about devices.
public struct DeviceRegister: Sendable {
    let store: any HubStore

    public init(_ store: any HubStore) {
        self.store = store
    }

    /// Registers a device, with a secret of its own unless that is nil.
    /// - Returns: false when it is registered already, and is as it was.
    public func add(_ id: String, secret: [UInt8]?, at now: WallTime) async throws -> Bool {
        try await change(id) { facts in
            guard facts.device(id) == nil else { return false }
            var device = Device(id: id, registered: now)
            device.secret = secret
            facts.register(device)
            return true
        }
    }

    /// Gives the device a secret of its own, or with nil takes it away, so that the fleet's counts. Its tokens and unused codes end, and it is believed again if
    /// it was revoked.
    /// - Returns: false when there is no such device.
    public func setSecret(_ secret: [UInt8]?, of id: String) async throws -> Bool {
        try await change(id) { facts in
            guard facts.device(id) != nil else { return false }
            facts.change(id, .credentials) { ($0.secret, $0.nextSecret, $0.revoked) = (secret, nil, nil) }
            facts.endTokens(of: id)
            facts.endCodes(of: id)
            return true
        }
    }

    /// Believes the device no longer: its secret, its tokens and its unused codes are no longer good, and nothing is taken from it.
    /// - Returns: false when there is no such device.
    public func revoke(_ id: String, at now: WallTime) async throws -> Bool {
        try await change(id) { facts in
            guard facts.device(id) != nil else { return false }
            facts.change(id, .credentials) { $0.revoke(at: now) }
            facts.endTokens(of: id)
            facts.endCodes(of: id)
            return true
        }
    }

    /// Changes the device's own settings; a nil value is the configuration's.
    /// - Returns: all of its settings after that; nil when there is no such device.
    public func set(_ changes: [(setting: DeviceSetting, value: String?)], of id: String) async throws -> [DeviceSetting: String]?
    {
        try await change(id) { facts in
            if !changes.isEmpty {
                facts.change(id, .settings) { device in
                    for (setting, value) in changes { device.own[setting] = value }
                }
            }
            return facts.device(id)?.own
        }
    }

    private func change<Outcome: Sendable>(
        _ id: String, _ body: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        var wanted = WantedFacts()
        wanted.device(id)
        return try await store.transact(wanted, body)
    }
}
