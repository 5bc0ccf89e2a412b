import ArgumentParser
import Base
import Fares
import HubServices

struct AddKeys: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a group of given ticket keys in force.",
        discussion: "The group before it is honoured until the last of its tickets has expired.")

    @OptionGroup var common: CommonOptions
    @Argument(help: "ID=KEY, as in 1=a84a6ce9; ids are 0 to 255.") var keys: [String]

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        let keys = try keys.map(Self.key)
        guard Set(keys.map(\.id)).count == keys.count else { throw CommandFailure(.usage, "a key id stands twice") }
        let version = try database.transaction { try database.keys.adopt(keys, at: now) }
        try Terminal.print("\(keys.count) keys in force, version \(version)")
    }

    private static func key(_ text: String) throws -> KeyGroup.Key {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard halves.count == 2, let id = UInt8(halves[0]), halves[1].utf8.count <= 256 else {
            throw CommandFailure(.usage, "\"\(text)\" is not ID=KEY, as in 1=a84a6ce9")
        }
        return KeyGroup.Key(id: id, text: halves[1])
    }
}

struct RotateKeys: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a group of new random ticket keys in force.",
        discussion: "The group before it is honoured until the last of its tickets has expired.")

    @OptionGroup var common: CommonOptions
    @Option(help: "How many keys, 1 to 16.") var count = 4

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        guard (1...16).contains(count) else { throw CommandFailure(.usage, "--count must be 1 to 16") }
        var random = SystemRandomNumberGenerator()
        let keys = (1...UInt8(count)).map { id in
            KeyGroup.Key(id: id, text: hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }))
        }
        let version = try database.transaction { try database.keys.adopt(keys, at: now) }
        try Terminal.print("\(keys.count) keys in force, version \(version)")
    }
}
