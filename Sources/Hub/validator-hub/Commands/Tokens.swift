import ArgumentParser
import Base
import HubDomain
import HubServices
import JSON
import PlatformAPI

struct Tokens: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the access tokens that are good now, masked.",
        discussion: "Those of tokens.static_file, and those that get_token gave out.")

    @OptionGroup var common: CommonOptions
    @Flag(help: "A JSON array, one token a line.") var json = false

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        var listing = Listing(isJSON: json)
        func row(_ deviceID: String?, _ token: String, expires: WallTime?) throws {
            let until = expires.map { TimeFormat.datetime.text(configuration.policy.zone.civil($0)) } ?? "for ever"
            try listing.row(
                [
                    "device_id": deviceID.map { .string($0) } ?? .null, "token": .string(token), "static": .bool(expires == nil),
                    "expires_at_ms": expires.map { .int($0.milliseconds) } ?? .null,
                ], "\(deviceID.map(\.logField) ?? "every device")  \(token)  \(until)")
        }
        for entry in try Self.good(configuration.policy.staticTokens, in: database) {
            switch entry.holder {
            case .device(let id): try row(id, entry.masked, expires: nil)
            case .everyDevice: try row(nil, entry.masked, expires: nil)
            }
        }
        for (text, token) in try database.tokens.all(at: now) {
            try row(token.deviceID, text.masked, expires: token.expires)
        }
        try listing.end()
    }

    /// Without those of devices that are revoked.
    static func good(_ tokens: StaticTokens, in database: HubDatabase) throws -> [StaticTokens.Entry] {
        try tokens.entries.filter { entry in
            guard case .device(let id) = entry.holder else { return true }
            return try database.devices.find(id)?.revoked == nil
        }
    }
}
