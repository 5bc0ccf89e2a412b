import Base
import Fares

/// The fields of one request or reply as text, since the document itself confuses strings and numbers.
struct Fields: Sendable {
    private var texts: [String: String] = [:]

    /// What a repeated field says last is taken. Nil for one that is missing or null.
    subscript(name: String) -> String? {
        get { texts[name] }
        set { texts[name] = newValue }
    }

    /// In the order of the names.
    var all: [(name: String, text: String)] { texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    func text(_ name: String) throws(FieldError) -> String {
        guard let text = texts[name] else { throw .missing(name) }
        return text
    }

    /// Nil when missing, null or empty; without white space at its ends, which columns of fixed width leave there.
    func optionalText(_ name: String) -> String? {
        guard let text = texts[name]?.trimmed, !text.isEmpty else { return nil }
        return String(text)
    }

    func integer(_ name: String) throws(FieldError) -> Int {
        let text = try text(name)
        guard let value = LooseInteger.value(text) else { throw .wrong(name, text, "a whole number") }
        return value
    }

    func integer(_ name: String, default value: Int) throws(FieldError) -> Int {
        optionalText(name) == nil ? value : try integer(name)
    }

    func switched(_ name: String) throws(FieldError) -> Bool {
        let value = try integer(name)
        guard value == 0 || value == 1 else { throw .wrong(name, String(value), "0 or 1") }
        return value == 1
    }

    func checkMode(_ name: String) throws(FieldError) -> CheckMode {
        try switched(name) ? .offline : .online
    }

    func modes() throws(FieldError) -> Modes {
        var modes = Modes()
        modes.ticketCheck = try checkMode(FieldName.ticketCheckMode)
        modes.cardCheck = try checkMode(FieldName.cardCheckMode)
        modes.ticketsEnabled = try switched(FieldName.ticketsEnabled)
        modes.cardsEnabled = try switched(FieldName.cardsEnabled)
        modes.whiteListRequired = try switched(FieldName.whiteListRequired)
        modes.lineListRequired = try switched(FieldName.lineListRequired)
        return modes
    }

    /// The versions of the lists in a box's heartbeat. An empty version is none, for which the document has no other word than
    /// what a box says before any list: `"0"`.
    func listVersions() throws(FieldError) -> Versions {
        func version(_ name: String) throws(FieldError) -> String {
            let version = try text(name)
            return version.isEmpty ? "0" : version
        }
        var versions = Versions()
        versions.cards = try version(FieldName.cardVersion)
        versions.cardIncrement = try version(FieldName.cardIncrementVersion)
        versions.lineCards = try version(FieldName.lineCardVersion)
        return versions
    }

    /// The version of what a reply brings; an empty one could not be told from another.
    func version(_ name: String) throws(FieldError) -> String {
        guard let version = optionalText(name) else { throw .missing(name) }
        return version
    }
}
