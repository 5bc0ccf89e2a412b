import ArgumentParser
import Base
import HubServices
import HubStore

struct AdoptPseudonymsKey: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on under another key of the pseudonyms, when the one of before is gone, or was deleted.",
        discussion: """
            Takes pseudonyms.key beside database.path, or makes it where there is none. The pseudonyms of before stay as they are, and nobody \
            finds out any more whose they were unless he has the former key. Stop the hubs first, and give each the same key.
            """)

    @OptionGroup var common: CommonOptions

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        try await HubPresence.requireNone(on: store, "\(StoreLocation(configuration))", at: now)
        guard try await PseudonymKey.adopt(configuration, store) else {
            return try Terminal.print("the database has this key already")
        }
        SystemLog.audit("adopt-pseudonyms-key")
        let file = OwnKey.pseudonyms.file(besideDatabase: configuration.databasePath)
        try Terminal.print("\(file) is the database's key from now on: give other hubs on it the same")
    }
}
