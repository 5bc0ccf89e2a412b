import ArgumentParser
import Base
import Fares
import HubDomain
import HubFiles
import HubServices
import HubStore
import JSON
import OperatingSystem

struct ImportCards: HubCommand {
    static let makesDatabase = true

    /// Mistakes and suspicions that are shown; the others are counted.
    private static let shownMistakes = 100

    static let configuration = CommandConfiguration(
        abstract: "Take cards from a file of rows card_no,flag into the white list or a line's list.",
        discussion: """
            flag 1: may ride; flag 0: blocked, or with --line: not on the line. The file may be UTF-8, UTF-16 or GB18030, and have commas, \
            semicolons or tabs between its cells. Nothing is imported unless every row is right. \
            Devices fetch what changed after their next heartbeat; after --replace, the whole list.
            """)

    static let ruledByPlatform: String? = "the lists"

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file.") var file: String
    @Option(help: "The line whose list it is; made when it is new.") var line: String?
    @Flag(help: "In place of the present list, not in addition to it.") var replace = false
    @Flag(
        name: [.customLong("allow-empty"), .customLong("allow-shrink")],
        help: "Take a file that leaves nobody on the list, or with --replace less than four fifths of it.")
    var allowsShrinking = false
    @Flag(help: "Change nothing; show the file's first rows as they were read, and what would change.") var dryRun = false
    @Flag(help: "With --dry-run, as JSON.") var json = false

    func validate() throws {
        guard !json || dryRun else { throw ValidationError("--json goes with --dry-run") }
    }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        if let line, let mistake = DeviceSetting.line.mistake(in: line) {
            throw CommandFailure(.usage, "--line must have \(mistake)")
        }
        let read = try CardFileOnDisk(file)
        if dryRun { return try await rehearse(read, store) }
        let cards = try self.cards(of: read)
        let changes = try await store.changes(by: cards.entries, line: line, isReplacing: replace)
        if let doubt = doubt(changes) { throw CommandFailure(.badData, "nothing imported: \(doubt)") }
        try await CardImport(store, clock: { Clocks.now().system }).take(cards.entries, line: line, isReplacing: replace)
        let blocked = cards.entries.count { !$0.isListed }
        try Terminal.print("\(cards.entries.count) cards (\(blocked) with flag 0) \(replace ? "are now" : "taken into") \(list)")
        guard cards.suspicionCount > 0 else { return }
        Terminal.complain(
            "\(cards.suspicionCount) of these look wrong, but were taken\n" + shown(cards.suspicions, cards.suspicionCount))
    }

    private var list: String { line.map { "the list of line \($0)" } ?? "the white list" }

    /// Why the file is more likely a mistake than meant; nil where it is not, or where it is said to be meant.
    private func doubt(_ changes: CardListChanges) -> String? {
        guard !allowsShrinking else { return nil }
        let (before, after) = (changes.cardsBefore, changes.cardsAfter)
        if after == 0 { return "\(file) holds no card, and would leave nobody on \(list); --allow-empty if so it shall be" }
        guard after * 5 < before * 4 else { return nil }
        return """
            \(list) has \(before) cards, and \(file) would leave \(after): more than a fifth less; is the file whole? --allow-shrink if so it \
            shall be
            """
    }

    private func cards(of read: CardFileOnDisk) throws -> CardFile {
        do throws(CardFileMistakes) {
            return try read.content.get()
        } catch {
            throw CommandFailure(.badData, "nothing imported\n" + shown(error.all, error.count))
        }
    }

    private func shown(_ mistakes: [CardFile.Mistake], _ count: Int) -> String {
        var texts = mistakes.prefix(Self.shownMistakes).map { "\(file):\($0)" }
        if count > texts.count { texts.append("and \(count - texts.count) more") }
        return texts.joined(separator: "\n")
    }

    /// Ends with the same code as the import would.
    private func rehearse(_ read: CardFileOnDisk, _ store: any HubStore) async throws {
        var rehearsal = CardImportRehearsal(file: file, list: list, read)
        if case .success(let cards) = read.content {
            rehearsal.changes = try await store.changes(by: cards.entries, line: line, isReplacing: replace)
        }
        try Terminal.print(json ? rehearsal.json.text.printableJSON : rehearsal.text)
        guard let changes = rehearsal.changes else { throw CommandFailure(.badData, "nothing would be imported") }
        if let doubt = doubt(changes) { throw CommandFailure(.badData, "nothing would be imported: \(doubt)") }
    }
}

extension HubStore {
    /// Cards that are read at once.
    private static var cardsAtOnce: Int { 2000 }

    /// What an import would change.
    func changes(by cards: SortedCards, line: String?, isReplacing: Bool) async throws -> CardListChanges {
        var comparison = CardListComparison(cards, isReplacing: isReplacing)
        let edition = try await edition(of: line.map { .line($0) } ?? .cards)
        var after: CardNumber?
        repeat {
            let page = try await self.cards(of: edition, after: after, limit: Self.cardsAtOnce)
            for entry in page.entries { comparison.take(entry) }
            after = page.next
        } while after != nil
        return comparison.finish()
    }
}
