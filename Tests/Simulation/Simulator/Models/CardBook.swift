import Base
import Fares

/// The platform's card lists: what is true now, and every version that was ever whole.
struct CardBook {
    /// A card's `flag`: true is 1. A card that is not there is on no list.
    typealias Flags = [CardNumber: Bool]

    struct Reply {
        var version: String
        var rows: Flags
    }

    /// Every card that there is, in an order, since a dictionary has none.
    let universe: [CardNumber]
    private(set) var full: Reply
    /// All changes since the full list; version "0" while there are none.
    private(set) var increment = Reply(version: "0", rows: [:])
    private(set) var fulls: [String: Flags]
    private(set) var increments: [String: Flags] = ["0": [:]]
    /// What the list server answers with while it lags behind.
    private(set) var lagging: (full: Reply, increment: Reply)
    private var lastVersion: Int

    init(universe: [CardNumber], share listed: Double, blocked: Double, using random: inout SeededGenerator) {
        self.universe = universe
        var flags: Flags = [:]
        for card in universe {
            if random.chance(listed) { flags[card] = true } else if random.chance(blocked) { flags[card] = false }
        }
        lastVersion = Int.random(in: 1_000_000...9_000_000, using: &random)
        full = Reply(version: String(lastVersion), rows: flags)
        fulls = [full.version: flags]
        lagging = (full, increment)
    }

    /// A few cards change, which the increment tells from now on.
    mutating func publishIncrement(using random: inout SeededGenerator) {
        lagging = (full, increment)
        for _ in 0..<Int.random(in: 1...5, using: &random) { increment.rows[random.pick(universe)] = random.chance(0.6) }
        increment.version = newVersion(using: &random)
        increments[increment.version] = increment.rows
    }

    /// A new full list: what is true now, less a card or two. Its increments begin anew.
    mutating func publishFull(using random: inout SeededGenerator) {
        lagging = (full, increment)
        var flags = full.rows.merging(increment.rows) { $1 }
        for _ in 0..<2 { flags[random.pick(universe)] = nil }
        for _ in 0..<2 { flags[random.pick(universe)] = random.chance(0.7) }
        full = Reply(version: newVersion(using: &random), rows: flags)
        fulls[full.version] = flags
        increment = Reply(version: newVersion(using: &random), rows: [:])
        increments[increment.version] = [:]
    }

    private mutating func newVersion(using random: inout SeededGenerator) -> String {
        lastVersion += Int.random(in: 1...1000, using: &random)
        return String(lastVersion)
    }

    /// A reply's rows as they are gathered from the wire.
    func builder(for rows: Flags, unlisted: UnlistedMeaning, isTruncated: Bool) -> CardListBuilder {
        var builder = CardListBuilder(unlisted: unlisted)
        let sent = universe.filter { rows[$0] != nil }
        for card in isTruncated ? sent.prefix(sent.count / 2) : sent[...] {
            builder.append(CardListEntry(card: card, isListed: rows[card] == true))
        }
        return builder
    }
}
