import ArgumentParser
import Base
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import TomlConfiguration

struct ImportCards: HubCommand {
    /// Ten million cards of eight digits.
    private static let maximumFileBytes = 128 << 20
    /// Mistakes and suspicions that are shown; the others are counted.
    private static let shownMistakes = 100

    static let configuration = CommandConfiguration(
        abstract: "Take cards from a file of lines card_no,flag into the white list or a line's list.",
        discussion: """
            flag 1: may ride; flag 0: blocked, or with --line: not on the line. Nothing is imported unless every line is right. \
            Devices fetch what changed after their next heartbeat; after --replace, the whole list.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file.") var file: String
    @Option(help: "The line whose list it is; made when it is new.") var line: String?
    @Flag(help: "In place of the present list, not in addition to it.") var replace = false
    @Flag(help: "With --replace, take a file without a card, which leaves nobody on the list.") var allowEmpty = false

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        if let line, let mistake = DeviceSetting.line.mistake(in: line) {
            throw CommandFailure(.usage, "--line must have \(mistake)")
        }
        let content = try ConfigurationFile.read(file, maximumSize: Self.maximumFileBytes)
        let cards: CardFile
        do throws(CardFileMistakes) {
            cards = try CardFile(content)
        } catch {
            throw CommandFailure(.badData, "nothing imported\n" + shown(error.all))
        }
        let list = line.map { "the list of line \($0)" } ?? "the white list"
        guard !replace || allowEmpty || !cards.entries.isEmpty else {
            throw CommandFailure(
                .badData,
                "nothing imported: \(file) holds no card, and would leave nobody on \(list); --allow-empty if so it shall be")
        }
        try await CardImport(store, clock: { Clocks.now().system }).take(cards.entries, line: line, isReplacing: replace)
        let blocked = cards.entries.count { !$0.isListed }
        try Terminal.print("\(cards.entries.count) cards (\(blocked) with flag 0) \(replace ? "are now" : "taken into") \(list)")
        guard !cards.suspicions.isEmpty else { return }
        Terminal.complain("\(cards.suspicions.count) of these look wrong, but were taken\n" + shown(cards.suspicions))
    }

    private func shown(_ mistakes: [CardFile.Mistake]) -> String {
        var texts = mistakes.prefix(Self.shownMistakes).map { "\(file):\($0)" }
        if mistakes.count > texts.count { texts.append("and \(mistakes.count - texts.count) more") }
        return texts.joined(separator: "\n")
    }
}
