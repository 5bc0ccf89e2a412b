import ArgumentParser
import Base
import HubDomain
import HubStore

struct Lists: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the lists in force, and those of the platform's that are held; put one of these in force, or drop it.",
        discussion: """
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
            for list in ListSummary.all(of: try await store.generations()) {
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
