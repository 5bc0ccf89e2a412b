import ArgumentParser
import Base
import HubStoreSQLite
import OperatingSystem

struct Backup: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the database into a new file while the hub runs, or the files that a hub needs beside it.",
        discussion: """
            Every record that was answered before the command began is in the copy, which is read through before it has its name. It holds \
            the devices' secrets, tokens and ticket keys, and only its owner may read it. What is not in it is shown; --keys copies that, too: \
            it is small, changes seldom, and whoever has it and the database knows everything. docs/hub.md, Backup and restore, has the steps back.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The new file. Of a database on a PostgreSQL server: none, see docs/hub.md.") var file: String?
    @Option(help: "A new folder for the configuration and the files that it names, and the keys beside the database.") var keys:
        String?

    func validate() throws {
        guard file != nil || keys != nil else { throw ValidationError("name a file for the database, or --keys FOLDER, or both") }
    }

    func run(_ configuration: HubConfiguration) async throws {
        let others = HubConfiguration.filesBesideDatabase(in: common.config)
        if let file { try copyDatabase(configuration, to: file) }
        if let keys {
            try KeyFolder.make(keys, of: others)
            try Terminal.print("\(others.count) files are in \(keys): keep them apart from the database's copies")
        } else {
            try Terminal.print(
                "not in it, and needed beside it (--keys FOLDER copies them):\n"
                    + others.map { "  \($0)" }.joined(separator: "\n"))
        }
    }

    private func copyDatabase(_ configuration: HubConfiguration, to file: String) throws {
        let location = StoreLocation(configuration)
        guard case .file(let path) = location else {
            throw CommandFailure(
                .usage,
                """
                \(location) is a server's, whose own tools back it up while all runs, as in
                  pg_dump --format=custom --file=\(file) '\(location)'
                or pgbackrest, by which no answered record is lost; --keys FOLDER alone copies what is beside it
                """)
        }
        try location.requireDatabase(mayMake: false)
        let bytes = try HubStoreSQLite.backUp(fileAt: path, to: file)
        try Terminal.print("\(path) is in \(file): \((bytes + 1_048_575) >> 20) MiB, read through, in order")
    }
}
