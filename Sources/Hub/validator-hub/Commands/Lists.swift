import ArgumentParser
import Base
import HubDomain
import HubStore
import JSON
import PlatformAPI

struct Lists: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the lists in force, and how far the devices have come with each.",
        discussion: """
            Told: devices that were told of the version; fetched: those that have downloaded it; adopted: those whose own heartbeats say that they \
            hold it. Devices that are revoked are not counted.
            """)

    @OptionGroup var common: CommonOptions
    @Flag(help: "A JSON array, one list a line.") var json = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        var listing = Listing(isJSON: json)
        for standing in try await store.listStandings() {
            try listing.row(standing.json, standing.line(zone: configuration.policy.zone))
        }
        try listing.end()
    }
}

extension ListStanding {
    private var lineName: String? { if case .line(let line) = selection { line } else { nil } }

    var json: JSONValue {
        [
            "list": .string(selection.list.rawValue), "line": lineName.map { .string($0) } ?? .null,
            "version": .string(inForce.text), "in_force_since_ms": .int(inForce.since.milliseconds), "devices": .int(devices),
            "told": .int(told), "fetched": .int(fetched), "adopted": .int(adopted),
        ]
    }

    func line(zone: some TimeZoneRules) -> String {
        let name = selection.list.rawValue + (lineName.map { " \($0.logField)" } ?? "")
        return
            "\(name)  version=\(inForce.text)  since \(TimeFormat.datetime.text(zone.civil(inForce.since)))  "
            + "told=\(told) fetched=\(fetched) adopted=\(adopted) of \(devices)"
    }
}

extension ListsProgress {
    /// Of each list `told`, `told_at_ms`, `fetched` and `fetched_at_ms`; null before any.
    var json: JSONValue {
        var lists = JSONObject()
        for list in DeviceList.allCases {
            let (told, fetched) = (self[list].told, self[list].fetched)
            lists[list.rawValue] = [
                "told": told.map { .string(String($0.version)) } ?? .null,
                "told_at_ms": told.map { .int($0.time.milliseconds) } ?? .null,
                "fetched": fetched.map { .string(String($0.version)) } ?? .null,
                "fetched_at_ms": fetched.map { .int($0.time.milliseconds) } ?? .null,
            ]
        }
        return .object(lists)
    }
}
