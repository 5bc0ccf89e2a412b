import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore

struct SetSecret: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new secret for a device.",
        discussion: """
            The one before, and the fleet's, count no more, and its tokens end. It is shown once. A device that was revoked is believed again.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: SecretOutput
    @Argument(help: "The device_id.") var id: String
    @Flag(help: "Make none: the fleet's secret (tokens.secret_file) counts for it again.") var fleet = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let secret = fleet ? nil : SecretOutput.newSecret()
        try await store.requireDevice(id)
        if let secret { try output.give(secret) }
        _ = try await DeviceRegister(store).setSecret(secret.map { Array($0.utf8) }, of: id)
        SystemLog.audit("set-secret device=\(id.logField) secret=\(fleet ? "fleet" : "own")")
        try Terminal.print(secret == nil ? "\(id) has the fleet's secret" : "\(id) has a new secret")
    }

    func validate() throws {
        if fleet { try output.refuseFile(with: "--fleet") }
    }
}

struct Revoke: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Believe a device no longer: it was stolen, or is given up.",
        discussion: """
            At once its tokens end, its secret counts no more, and every call under its name is refused; so are files of records under its \
            secret. Its records stay. Under another name it can come back where devices.auto_register is on. The ticket keys that it held are revoked by rotate-keys --revoke. set-secret takes it back.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The device_id.") var id: String

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        try await store.requireDevice(id)
        _ = try await DeviceRegister(store).revoke(id, at: now)
        SystemLog.audit("revoke device=\(id.logField)")
        try Terminal.print("\(id) is revoked; for the ticket keys that it held: validator-hub rotate-keys --revoke")
        if let warning = Self.warning(configuration.policy) { Terminal.complain(warning) }
    }

    /// What a revocation leaves open, because it is of a name.
    static func warning(_ policy: HubPolicy) -> String? {
        if policy.authentication == .certificate {
            return """
                its certificate, if it has one, is still good to the proxy, and names it alone: have its authority revoke it, and give nginx the \
                list (ssl_crl)
                """
        }
        // Where a secret is asked of each device, nobody has one under a name that nobody registered.
        guard policy.registersDevices, policy.authentication == .none else { return nil }
        let secret = policy.secret.isEmpty ? "without any secret" : "with the fleet's secret, if it had that"
        return """
            warning: devices.auto_register is on: whoever has the device can register it anew under another name, and is given tokens \
            \(secret); set it to false\(policy.secret.isEmpty ? "" : ", and change tokens.secret_file")
            """
    }
}

extension HubStore {
    func requireDevice(_ id: String) async throws {
        guard try await device(id) != nil else {
            throw CommandFailure(.usage, "there is no device \(id): register it with validator-hub add-device \(id)")
        }
    }
}
