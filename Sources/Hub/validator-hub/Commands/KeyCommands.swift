import ArgumentParser
import Base
import Fares
import HubServices
import HubStore
import TomlConfiguration

struct AddKeys: HubCommand {
    static let makesDatabase = true

    static let configuration = CommandConfiguration(
        abstract: "Put a group of given ticket keys in force.",
        discussion: """
            The group before it is honoured until the last of its tickets has expired. Keys come from a file or from standard input, since \
            what stands on a command line can be read by everybody on the machine.
            """)

    /// 256 keys of 256 characters.
    private static let maximumFileBytes = 1 << 17

    static let ruledByPlatform: String? = "the ticket keys"

    @OptionGroup var common: CommonOptions
    @Argument(help: "A file of lines ID=KEY, as in 1=a84a6ce9; ids are 0 to 255. Without one, or with -, standard input.")
    var file = "-"

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        guard UInt8(file.prefix { $0 != "=" }) == nil || !file.contains("=") else {
            throw CommandFailure(.usage, "keys are read from a file or from standard input, not from the command line")
        }
        let content =
            try file == "-"
            ? Self.standardInput()
            : String(decoding: ConfigurationFile.read(file, maximumSize: Self.maximumFileBytes), as: UTF8.self)
        let keys = try Self.keys(in: content)
        guard Set(keys.map(\.id)).count == keys.count else { throw CommandFailure(.usage, "a key id stands twice") }
        guard !keys.isEmpty else { throw CommandFailure(.usage, "there is no key in it") }
        let version = try await store.adopt(keys, revokingFormer: false, at: now)
        try Terminal.print("\(keys.count) keys in force, version \(version)")
    }

    private static func standardInput() throws -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) {
            text += line
            guard text.utf8.count <= maximumFileBytes else { throw CommandFailure(.badData, "standard input is too long") }
        }
        return text
    }

    /// Empty lines and those that begin with `#` do not count. A mistake is told by its line, never by its text.
    static func keys(in text: String) throws -> [KeyGroup.Key] {
        var keys: [KeyGroup.Key] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let first = line.first, first != "#" else { continue }
            let halves = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let id = UInt8(halves[0]), halves[1].utf8.count <= 256 else {
                throw CommandFailure(.usage, "line \(index + 1) is not ID=KEY, as in 1=a84a6ce9")
            }
            keys.append(KeyGroup.Key(id: id, text: halves[1]))
        }
        return keys
    }
}

struct RotateKeys: HubCommand {
    static let makesDatabase = true

    static let configuration = CommandConfiguration(
        abstract: "Put a group of new random ticket keys in force.",
        discussion: """
            The group before it is honoured until the last of its tickets has expired; with --revoke it is not, because it is in wrong hands: \
            this hub refuses its tickets at once, and each box as soon as it has fetched the new keys. Riders need new tickets.
            """)

    static let ruledByPlatform: String? = "the ticket keys"

    @OptionGroup var common: CommonOptions
    @Option(help: "How many keys, 1 to 16.") var count = 4
    @Flag(help: "Refuse the tickets of all groups before it.") var revoke = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        guard (1...16).contains(count) else { throw CommandFailure(.usage, "--count must be 1 to 16") }
        var random = SystemRandomNumberGenerator()
        let keys = (1...UInt8(count)).map { id in
            KeyGroup.Key(id: id, text: hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }))
        }
        let version = try await store.adopt(keys, revokingFormer: revoke, at: now)
        if revoke { SystemLog.audit("rotate-keys revoke version=\(version)") }
        try Terminal.print("\(keys.count) keys in force, version \(version)\(revoke ? "; all before them are revoked" : "")")
    }
}
