import ArgumentParser
import Base
import Cryptography
import Fares
import Glibc
import HubServices
import OperatingSystem

struct ForgetCard: HubCommand {
    /// Records that are looked at in one transaction, so that no rider waits for all of them.
    private static let recordsAtOnce = 2000

    /// How often the write-ahead log is tried to be emptied, and how long after a try the next one comes.
    private static let tries = 50
    private static let pause = Duration.milliseconds(100)

    static let configuration = CommandConfiguration(
        abstract: "Put a pseudonym in the place of a card in all records.",
        discussion: """
            For a person who wants to be forgotten. Rides and totals stay, and nobody can tell whose they were; tickets that hold the card \
            count too. The card stays on the white list and the lines' lists until it is taken off them, and is named here when it is on one.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The card number, as lists write it.") var card: String

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        guard let card = CardNumber(card) else { throw CommandFailure(.usage, "\"\(card)\" is no card number") }
        let pseudonyms = Pseudonyms(
            key: try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath), cryptography: Libcrypto())
        var (row, total) = (Int64(0), 0)
        while let (last, count) = try database.transaction({
            try database.records.forget(card, after: row, limit: Self.recordsAtOnce, pseudonyms)
        }) {
            row = last
            total += count
        }
        let isGone = try Self.emptyLog(of: database)
        SystemLog.audit("forget-card card=\(card.description.masked) records=\(total)")
        try Terminal.print("\(total) records have a pseudonym in the place of the card")
        if !isGone {
            try Terminal.print(
                """
                somebody reads the database: \(configuration.databasePath)-wal may still hold the card, until the hub empties it, which it \
                does each minute, or this command is run again
                """)
        }
        for list in try Self.lists(naming: card, in: database) {
            try Terminal.print("the card is still on \(list): boxes go on to have it until it is taken off")
        }
    }

    /// The lists that have the card, which blocks or admits it there.
    static func lists(naming card: CardNumber, in database: HubDatabase) throws -> [String] {
        let isOnWhiteList = try database.cards.isListed(card) != nil
        return (isOnWhiteList ? ["the white list"] : [])
            + (try database.cards.lines(listing: card)).map { "the list of line \($0.printable)" }
    }

    /// Whether it is empty.
    private static func emptyLog(of database: HubDatabase) throws -> Bool {
        for _ in 0..<tries {
            if try database.emptyLog() { return true }
            usleep(UInt32(pause / .microseconds(1)))
        }
        return false
    }
}
