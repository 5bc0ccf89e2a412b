import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore
import JSON
import PlatformAPI

struct Tokens: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the access tokens that are good now, masked.",
        discussion: "Those of tokens.static_file, and those that get_token gave out.")

    @OptionGroup var common: CommonOptions
    @Flag(help: "A JSON array, one token a line.") var json = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        var listing = Listing(isJSON: json)
        func row(_ deviceID: String?, _ token: String, expires: WallTime?) throws {
            let until = expires.map { TimeFormat.datetime.text(configuration.policy.zone.civil($0)) } ?? "for ever"
            try listing.row(
                [
                    "device_id": deviceID.map { .string($0) } ?? .null, "token": .string(token), "static": .bool(expires == nil),
                    "expires_at_ms": expires.map { .int($0.milliseconds) } ?? .null,
                ], "\(deviceID.map(\.logField) ?? "every device")  \(token)  \(until)")
        }
        for entry in try await Self.good(configuration.policy.staticTokens, in: store) {
            switch entry.holder {
            case .device(let id): try row(id, entry.masked, expires: nil)
            case .everyDevice: try row(nil, entry.masked, expires: nil)
            }
        }
        for token in try await store.tokens(goodAt: now) {
            try row(token.token.deviceID, token.text.masked, expires: token.token.expires)
        }
        try listing.end()
    }

    /// Without those of devices that are revoked.
    static func good(_ tokens: StaticTokens, in store: any HubStore) async throws -> [StaticTokens.Entry] {
        var wanted = WantedFacts()
        for case .device(let id) in tokens.entries.map(\.holder) { wanted.device(id) }
        let facts = try await store.facts(wanted)
        return tokens.entries.filter { entry in
            guard case .device(let id) = entry.holder else { return true }
            return facts.device(id)?.revoked == nil
        }
    }
}
