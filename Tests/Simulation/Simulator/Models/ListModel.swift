import Fares
import PlatformAPI
import ValidatorCore

/// What the box's list must hold, told from the platform's versions alone.
struct ListModel {
    struct Versions: Hashable, CustomStringConvertible {
        var full = "0"
        var increment = "0"
        var description: String { "\(full)+\(increment)" }

        init() {}
        init(_ list: HeldList) { (full, increment) = (list.version, list.incrementVersion) }
    }

    private let kind: ListKind
    private let unlisted: UnlistedMeaning
    private var contents: [Versions: CardBook.Flags] = [Versions(): [:]]
    private var held = Versions()
    /// What is being made durable; a restart may find it.
    private var saving: Versions?
    private(set) var findings: [Finding] = []

    init(kind: ListKind, unlisted: UnlistedMeaning) {
        (self.kind, self.unlisted) = (kind, unlisted)
    }

    var versions: Versions { held }

    func holds(full: String, increment: String) -> Bool { held.full == full && held.increment == increment }

    func flag(of card: CardNumber) -> Bool? { contents[held]?[card] ?? nil }

    mutating func isAboutToSave(_ list: HeldList, from book: CardBook) {
        saving = Versions(list)
        _ = expect(Versions(list), from: book)
    }

    /// Looks at the box after every step, and at the platform only when the box holds something new.
    mutating func observe(_ list: HeldList, from platform: @autoclosure () -> CardBook) {
        let found = Versions(list)
        guard found != held else { return }
        let book = platform()
        guard saving == found, expect(found, from: book) else {
            return report("\(held) was replaced by \(found), which was never saved")
        }
        held = found
        saving = nil
        compare(list, book)
    }

    /// Looks at what a restart has found.
    mutating func observeRestart(_ list: HeldList, from book: CardBook) {
        let found = Versions(list)
        // A snapshot saved a second time, with nothing changed, keeps the increments that are stored over it.
        let isKnown = found == held || found == saving || (found.full == (saving ?? held).full && contents[found] != nil)
        guard isKnown else {
            return report("after a restart \(found) is held, neither \(held) nor \(saving?.description ?? "another")")
        }
        held = found
        saving = nil
        compare(list, book)
    }

    /// Every card of the universe, one by one.
    mutating func compare(_ list: HeldList, _ book: CardBook) {
        for card in book.universe {
            let expected = flag(of: card)
            let isListed = list.cards.white.contains(card)
            let isBlocked = list.cards.blocked.contains(card)
            if isListed != (expected == true) || isBlocked != (expected == false) {
                return report(
                    "\(held): card \(card) is listed \(isListed), blocked \(isBlocked); the platform's flag \(expected as Any)")
            }
        }
    }

    mutating func takeFindings() -> [Finding] {
        defer { findings = [] }
        return findings
    }

    /// Works out what a list of those versions holds on top of what is held. False when the platform never had it.
    private mutating func expect(_ versions: Versions, from book: CardBook) -> Bool {
        let base: CardBook.Flags
        let rows: CardBook.Flags
        if versions.full != held.full || versions.increment == "0" {
            guard let full = book.fulls[versions.full] else { return false }
            (base, rows) = ([:], full)
        } else {
            guard let increment = book.increments[versions.increment], let whole = contents[held] else { return false }
            (base, rows) = (whole, increment)
        }
        var flags = base
        for (card, flag) in rows { flags[card] = flag || unlisted == .blocked ? flag : nil }
        contents[versions] = flags
        return true
    }

    private mutating func report(_ detail: String) {
        findings.append(Finding(promise: .listsAreWhole, detail: "\(kind.name) list: \(detail)"))
    }
}
