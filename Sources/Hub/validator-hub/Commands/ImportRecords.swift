import ArgumentParser
import Base
import Cryptography
import Fares
import HubDomain
import HubServices
import TomlConfiguration

struct ImportRecords: HubCommand {
    /// Five times what a box writes into one file.
    private static let maximumFileBytes = 64 << 20

    static let configuration = CommandConfiguration(
        abstract: "Take in records that a technician carried away from a box (validatorctl outbox collect).",
        discussion: """
            The records are taken as if the box had sent them. Those that are known by their req_id, from the air or from a file, \
            are counted and left alone, so that a file may be imported again. Nothing is imported from a damaged file.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file.") var file: String

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        let content = try ConfigurationFile.read(file, maximumSize: Self.maximumFileBytes)
        let records: RecordFile
        do throws(RecordFile.Mistake) {
            records = try RecordFile(content)
        } catch {
            throw CommandFailure(.badData, "nothing imported\n\(file):\(error.line > 0 ? "" : " ")\(error)")
        }
        let devices = DeviceService(
            policy: configuration.policy,
            codec: VT1Codec(authenticator: LibcryptoAuthenticator(), secret: configuration.ticketSecret),
            pseudonyms: Pseudonyms(
                key: try PseudonymKey.load(besideDatabase: configuration.databasePath), authenticator: LibcryptoAuthenticator()),
            log: { _, _ in })
        let counts: DeviceService.ImportCounts
        do {
            counts = try database.transaction { try devices.take(records, in: database, at: now) }
        } catch let refusal as Refusal {
            throw CommandFailure(.badData, "nothing imported: \(refusal.message)")
        }
        try Terminal.print(
            "\(records.deviceID): \(counts.taken) records taken, \(counts.known) known already, \(records.places.count) positions"
        )
    }
}
