import ArgumentParser
import CLinux
import Glibc
import JSON

struct ReadersProbeCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "A card under every card number that a reader can be set to.",
        discussion: """
            Put a card of the operator's on a reader. Choose the card_number whose number the operator knows, or whose line names \
            a list, and set it in validator.toml for that reader.
            """)
    @OptionGroup var options: ControlOptions

    @Option(help: "Seconds to wait for a card; 0 shows the latest one.")
    var wait = 30

    /// As soon as a person takes the card away again.
    private static let pollMicroseconds: UInt32 = 200_000

    func validate() throws {
        guard (0...3600).contains(wait) else { throw ValidationError("--wait must be from 0 to 3600 seconds") }
    }

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        var result = try connection.request("readers_probe")
        guard wait > 0 else { return show(result, Rendering.probe) }
        if !options.json { print("put a card on a reader ...") }
        fflush(nil)
        // A card that is put there while this waits is younger than the waiting.
        for turn in 0..<(wait * 1_000_000 / Int(Self.pollMicroseconds)) {
            usleep(Self.pollMicroseconds)
            result = try connection.request("readers_probe")
            let waited = (turn + 1) * Int(Self.pollMicroseconds) / 1000
            let fresh = result["readers"]?.array?.filter { ($0["age_ms"]?.int).map { $0 <= waited } ?? false } ?? []
            if !fresh.isEmpty { return show(["readers": .array(fresh)], Rendering.probe) }
        }
        throw .refused(
            "no card in \(wait) s; see `validatorctl readers` for the state of the readers, and hold the card on longer")
    }
}

extension Rendering {
    static func probe(_ result: JSONValue) -> String {
        let readers = result["readers"]?.array ?? []
        return readers.map(probedReader).joined(separator: "\n\n")
    }

    private static func probedReader(_ reader: JSONValue) -> String {
        guard let uid = reader["uid"]?.string else { return "reader \(reader["reader"].cell): no card yet" }
        var table = TextTable(["CARD_NUMBER", "NUMBER", "IN LISTS", ""])
        for candidate in reader["candidates"]?.array ?? [] {
            let lists = (candidate["lists"]?.array ?? []).map { list in
                list["list"].cell + (list["blocked"] == true ? " (blocked)" : "")
            }
            table.append([
                candidate["card_number"].cell, candidate["number"].cell, lists.isEmpty ? "-" : lists.joined(separator: ", "),
                candidate["card_number"] == reader["card_number"] ? "<- set" : "",
            ])
        }
        return "reader \(reader["reader"].cell), UID \(uid)\n\(table.text)"
    }
}
