import ArgumentParser
import Base
import HubServices

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

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        let secret = fleet ? nil : SecretOutput.newSecret()
        try database.transaction {
            try database.requireDevice(id)
            try database.devices.revoke(id, at: now)
            try database.devices.setSecret(secret.map { Array($0.utf8) }, of: id)
            if let secret { try output.write(secret) }
        }
        try Terminal.print(secret == nil ? "\(id) has the fleet's secret" : "\(id) has a new secret")
        if let secret { try output.show(secret) }
    }
}

struct Revoke: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Believe a device no longer: it was stolen, or is given up.",
        discussion: """
            At once its tokens end, its secret counts no more, and every call under its name is refused; so are files of records under its \
            secret. Its records stay. The ticket keys that it held are revoked by rotate-keys --revoke. set-secret takes it back.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The device_id.") var id: String

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        try database.transaction {
            try database.requireDevice(id)
            try database.devices.revoke(id, at: now)
        }
        try Terminal.print("\(id) is revoked; for the ticket keys that it held: validator-hub rotate-keys --revoke")
    }
}

extension HubDatabase {
    func requireDevice(_ id: String) throws {
        guard try devices.find(id) != nil else {
            throw CommandFailure(.usage, "there is no device \(id): register it with validator-hub add-device \(id)")
        }
    }
}
