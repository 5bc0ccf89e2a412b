import ArgumentParser
import Base
import HubDomain
import HubStore
import JSON

struct Lists: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the lists in force, how far the devices have come with each, and those of the platform's that are held.",
        discussion: """
            Told: devices that were told of the version; fetched: those that have downloaded it; adopted: those whose own heartbeats say that they \
            hold it. Devices that are revoked are not counted, nor is any of the platform's lists, of which devices --json tells.

            In front of a platform (upstream.base_url) a list that comes empty, or smaller by more than a fifth than the one before, is held: \
            boxes go on with the one before. Adopt it when it is meant, else discard it; it is not fetched again before the platform names \
            another version.
            """)

    @OptionGroup var common: CommonOptions
    @Flag(help: "A JSON array, one list a line.") var json = false
    @Option(help: "Put the held list of this number in force.") var adopt: Int64?
    @Option(help: "Drop the held list of this number.") var discard: Int64?

    func validate() throws {
        guard adopt == nil || discard == nil else { throw ValidationError("--adopt or --discard") }
        guard !json || adopt == nil && discard == nil else { throw ValidationError("--json goes with the list") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        if let adopt {
            let held = try await held(adopt, in: store)
            _ = try await store.adopt(generation: held.id, at: now)
            SystemLog.audit("lists adopt \(held.title.printable) version=\(held.name.logField) cards=\(held.rows)")
            try Terminal.print("\(held.title) is in force, version \(held.name), \(held.rows) cards")
        } else if let discard {
            let held = try await held(discard, in: store)
            try await store.discard(generation: held.id, at: now)
            SystemLog.audit("lists discard \(held.title.printable) version=\(held.name.logField) cards=\(held.rows)")
            try Terminal.print("\(held.title), version \(held.name), is dropped; the one before stays in force")
        } else {
            var listing = Listing(isJSON: json)
            let standings = try await store.listStandings()
            for list in ListSummary.all(of: try await store.generations(), standings) {
                try listing.row(list.json, list.line(zone: configuration.policy.zone))
            }
            try listing.end()
        }
    }

    private func held(_ id: Int64, in store: any HubStore) async throws -> ListGeneration {
        guard let held = try await store.heldGenerations().first(where: { $0.id == id }) else {
            throw CommandFailure(.usage, "no list is held under the number \(id): see validator-hub lists")
        }
        return held
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
