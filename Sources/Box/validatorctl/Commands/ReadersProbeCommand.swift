import ArgumentParser
import ControlProtocol
import Glibc

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
        guard wait > 0 else { return try show(.probes, over: &connection, Rendering.probe) }
        if !options.json { print("put a card on a reader ...") }
        fflush(nil)
        // A card that is put there while this waits is younger than the waiting.
        for turn in 0..<(wait * 1_000_000 / Int(Self.pollMicroseconds)) {
            usleep(Self.pollMicroseconds)
            let waited = Duration.microseconds((turn + 1) * Int(Self.pollMicroseconds))
            let fresh = try connection.ask(.probes).readers.filter { $0.age.map { $0 <= waited } ?? false }
            if !fresh.isEmpty { return show(ProbesReport(readers: fresh), Rendering.probe) }
        }
        throw .refused(
            "no card in \(wait) s; see `validatorctl readers` for the state of the readers, and hold the card on longer")
    }
}
