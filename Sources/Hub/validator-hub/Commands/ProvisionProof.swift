import ArgumentParser
import Base
import Cryptography
import HubDomain
import HubStore
import TomlConfiguration

struct ProvisionProof: HubCommand {
    /// Far more than a provisioning file has.
    private static let maximumFileBytes = 65536

    static let configuration = CommandConfiguration(
        abstract: "Print the line by which a provisioned box takes another provisioning file.",
        discussion: """
            HMAC-SHA-256 over the file's other lines under the secret that the box has now. Put the line into the file, and change \
            nothing else after it.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The box's present device_id.") var device: String
    @Argument(help: "The provisioning file as it is to be.") var file: String

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        try Terminal.print(try await line(configuration, store))
    }

    func line(_ configuration: HubConfiguration, _ store: any HubStore) async throws -> String {
        guard let known = try await store.device(device) else { throw CommandFailure(.usage, "there is no device \(device)") }
        guard known.revoked == nil else {
            throw CommandFailure(
                .unavailable,
                "\(device) is revoked, and no secret counts for it; if it is back in good hands: validator-hub set-secret \(device)"
            )
        }
        guard let secret = configuration.presentSecret(of: known) else {
            throw CommandFailure(
                .unavailable,
                "\(device) shares no secret with this hub: neither tokens.secret_file nor tickets.secret_file is set")
        }
        let bytes = try ConfigurationFile.read(file, maximumSize: Self.maximumFileBytes)
        do throws(ProvenFile.Mistake) {
            return "proof = \"\(hexadecimal(try ProvenFile(bytes).proof(under: secret)))\""
        } catch {
            throw CommandFailure(.badData, "\(file): take the lines out that begin with proof =; they are not what this prints")
        }
    }
}

extension HubConfiguration {
    /// The secret that a box has of this hub now; nil when they share none.
    func presentSecret(of device: Device) -> [UInt8]? {
        guard device.revoked == nil else { return nil }
        return policy.secret(of: device)?.bytes ?? (policy.tickets.secret.isEmpty ? nil : policy.tickets.secret)
    }
}
