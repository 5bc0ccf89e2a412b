import ArgumentParser
import Base
import Cryptography
import Fares
import Glibc
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import TomlConfiguration

struct ImportRecords: HubCommand {
    /// Twice what a box writes into one file.
    private static let maximumFileBytes = 64 << 20

    static let configuration = CommandConfiguration(
        abstract: "Take in records that a technician carried away from a box (validatorctl outbox collect).",
        discussion: """
            The records are taken as if the box had sent them. Those that are known by their req_id, from the air or from a file, \
            are counted and left alone, so that a file may be imported again. Nothing is imported from a damaged file, nor for a device that \
            is not registered. A sealed file is opened with the hub's key (collection.key_file) or its passphrase. Where nothing proves that \
            the box wrote the file, the terminal is asked, or --accept-unauthenticated says it.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file.") var file: String
    @Option(help: "A key of the hub's, in place of collection.key_file; may be given several times.") var keyFile: [String] = []
    @Option(help: "The file whose first line is the passphrase; without it the terminal is asked.") var passphraseFile: String?
    @Flag(help: "Take records although nothing proves that the box wrote them: whoever had the file may have.")
    var acceptUnauthenticated = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        let content = try opened(try ConfigurationFile.read(file, maximumSize: Self.maximumFileBytes), configuration)
        let records: RecordFile
        do throws(RecordFile.Mistake) {
            records = try RecordFile(content)
        } catch {
            throw CommandFailure(.badData, "nothing imported\n\(file):\(error.line > 0 ? "" : " ")\(error)")
        }
        let devices = DeviceService(
            policy: configuration.policy,
            cryptography: Libcrypto(),
            pseudonyms: try await PseudonymKey.pseudonyms(configuration, store),
            log: { _, _ in })
        let origin = try await devices.origin(of: records, content, in: store)
        try Terminal.print(
            "\(records.deviceID): \(records.uploads.count) records, \(records.places.count) positions; \(Self.words(origin))")
        try requireConsent(to: origin)
        let counts: DeviceService.ImportCounts
        do {
            counts = try await devices.take(records, into: store, at: now)
        } catch let refusal as Refusal {
            throw CommandFailure(.badData, "nothing imported: \(refusal.message)")
        }
        if origin == .unproved {
            SystemLog.audit("import-records unauthenticated device=\(records.deviceID.logField) records=\(counts.taken)")
        }
        try Terminal.print(
            "\(records.deviceID): \(counts.taken) records taken, \(counts.known) known already, \(records.places.count) positions"
        )
    }

    private func opened(_ content: [UInt8], _ configuration: HubConfiguration) throws -> [UInt8] {
        guard SealOpener.isSealed(content) else { return content }
        var paths = keyFile
        if paths.isEmpty, !configuration.collectionKeyFile.isEmpty { paths = [configuration.collectionKeyFile] }
        let keys = try paths.map { try HubPrivateKey(file: $0) }
        do throws(SealError) {
            var opener = SealOpener(hubKeys: keys)
            return try opener.open(content)
        } catch {
            guard SealOpener.takesPassphrase(content), error == .passphraseNeeded else { throw failure(error) }
        }
        var opener = SealOpener(passphrase: try passphrase())
        do throws(SealError) { return try opener.open(content) } catch { throw failure(error) }
    }

    private func passphrase() throws -> [UInt8] {
        if let passphraseFile {
            let content = try ConfigurationFile.read(passphraseFile, maximumSize: 4096)
            return Array(content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        }
        guard isatty(0) == 1 else {
            throw CommandFailure(.usage, "\(file) is sealed with a passphrase: --passphrase-file FILE; nothing imported")
        }
        return Array(HiddenLine.ask("passphrase of \(file): ").utf8)
    }

    private func failure(_ error: SealError) -> CommandFailure {
        let text =
            switch error {
            case .otherKey(let fingerprint):
                "sealed for another key (\(fingerprint)); --key-file names it, or collection.key_file"
            case .passphraseNeeded: "sealed with a passphrase: --passphrase-file FILE"
            case .wrongPassphrase: "sealed with another passphrase"
            case .otherFormat(let format): "written by a later release (format \(format)): install that release"
            case .cutOff: "cut off: collect again, or take another copy of it"
            case .damaged, .notSealed: "damaged: collect again, or take another copy of it"
            }
        return CommandFailure(.badData, "nothing imported\n\(file): \(text)")
    }

    private static func words(_ origin: RecordOrigin) -> String {
        switch origin {
        case .device: "authentic: under the box's own secret"
        case .fleet: "of a box of the fleet: under the secret that all of them know"
        case .unproved: "nothing proves that this box wrote them"
        }
    }

    private func requireConsent(to origin: RecordOrigin) throws {
        guard origin == .unproved, !acceptUnauthenticated else { return }
        guard isatty(0) == 1 else {
            throw CommandFailure(
                .badData,
                """
                nothing imported: whoever had the file may have written fares for any card; if you know where it comes from: \
                --accept-unauthenticated
                """)
        }
        try Terminal.print("Whoever had the file may have written fares for any card. Take them all the same? y/n")
        guard readLine() == "y" else { throw CommandFailure(.badData, "nothing imported") }
    }
}

extension HubPrivateKey {
    /// As create-key writes it.
    init(file: String) throws {
        let text = String(decoding: try ConfigurationFile.read(file, maximumSize: 4096), as: UTF8.self)
        guard let key = HubPrivateKey(text.filter { !$0.isWhitespace }) else {
            throw CommandFailure(.badData, "\(file) holds no key of validator-hub create-key")
        }
        self = key
    }
}
