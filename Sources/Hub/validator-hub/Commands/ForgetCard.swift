import ArgumentParser
import Base
import Cryptography
import Fares
import HubServices
import HubStore
import OperatingSystem

struct ForgetCard: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a pseudonym in the place of a card in all records.",
        discussion: """
            For a person who wants to be forgotten. Rides and totals stay, and nobody can tell whose they were; tickets that hold the card \
            count too. Records that wait aside (set-aside) and show it are deleted. The card stays on the white list and the lines' lists until it is taken off them, and is named here when it is on one.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The card number, as lists write it.") var card: String

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws {
        guard let card = CardNumber(card) else { throw CommandFailure(.usage, "\"\(card)\" is no card number") }
        let pseudonyms = Pseudonyms(
            key: try OwnKey.pseudonyms.load(besideDatabase: configuration.databasePath), cryptography: Libcrypto())
        let forgetting = CardForgetting(store, pseudonyms)
        let total = try await forgetting.forget(card)
        let aside = try await SetAsideDesk(store).forget(card, pseudonyms)
        let isGone = try await forgetting.emptyLog()
        SystemLog.audit("forget-card card=\(card.description.masked) records=\(total) set_aside=\(aside)")
        try Terminal.print("\(total) records have a pseudonym in the place of the card")
        if aside > 0 { try Terminal.print("\(aside) records that were set aside showed the card, and are deleted") }
        if !isGone {
            try Terminal.print(
                """
                somebody reads the database: \(configuration.databasePath)-wal may still hold the card, until the hub empties it, which it \
                does each minute, or this command is run again
                """)
        }
        let calls = try await forgetting.countCalls(naming: card)
        if calls > 0 {
            try Terminal.print(
                """
                \(calls) calls for the platform still name the card: they go once the platform has taken them, or with \
                validator-hub refused --discard
                """)
        }
        for list in try await Self.lists(naming: card, in: store) {
            try Terminal.print("the card is still on \(list): boxes go on to have it until it is taken off")
        }
    }

    /// The lists that have the card, which blocks or admits it there.
    static func lists(naming card: CardNumber, in store: any HubStore) async throws -> [String] {
        let mentions = try await store.mentions(of: card)
        return (mentions.isOnWhiteList ? ["the white list"] : [])
            + mentions.lines.map { "the list of line \($0.printable)" }
            + (mentions.isOnPlatformList ? ["a list of the platform's"] : [])
    }
}
