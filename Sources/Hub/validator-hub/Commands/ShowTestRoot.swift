import ArgumentParser
import Base

struct ShowTestRoot: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-root",
        abstract: "Print the root key by which a box believes the codes of print-ticket --transport.",
        discussion: """
            A line INDEX,XY for a box's tickets.transport_roots_file, which also needs tickets.transport_accept_test. Whoever can run \
            print-ticket here rides on such a box: for benches and test buses only. The private key is in test-root.key beside the database.
            """)

    @OptionGroup var common: CommonOptions

    func run(_ configuration: HubConfiguration) async throws {
        try Terminal.print(TestRoot.load(besideDatabase: configuration.databasePath).line)
    }
}
