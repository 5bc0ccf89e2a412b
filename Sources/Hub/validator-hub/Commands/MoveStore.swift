import ArgumentParser
import Base
import HubServices
import HubStore

struct MoveStore: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the whole database into another one, of whichever kind.",
        discussion: """
            Stop the hub first: while one runs on either, nothing is moved. The target must be empty. Each table is counted and hashed in both when it has come over. The database stays as it \
            is: set database.path or database.url to the new one, and start the hub. The keys beside the database (pseudonyms.key, \
            test-root.key) are files, and are copied by hand where the new one is in another folder.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "A path, or a URL postgresql://…") var to: String

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let location = StoreLocation(to)
        let target = try await location.open()
        try await HubPresence.requireNone(on: store, "\(StoreLocation(configuration))", at: now)
        try await HubPresence.requireNone(on: target, "\(location)", at: now)
        try await StoreMove(from: store, to: target).run { moved in
            try Terminal.print("\(moved.table.name): \(moved.content.rows) rows, SHA-256 \(hexadecimal(moved.content.hash))")
        }
        try Terminal.print("everything is in \(location), counted and compared")
    }
}
