import Base
import JSON

/// One thing that `validator-hub check` looked at.
struct CheckItem: Hashable, Sendable {
    enum Outcome: String, Sendable {
        case good
        /// It is wrong, or will be soon.
        case wrong
        /// It could not be told.
        case skipped
    }

    var name: String
    var outcome: Outcome
    /// What was found.
    var text: String
    /// What to do about it; empty where nothing is.
    var nextStep = ""

    static func good(_ name: String, _ text: String) -> CheckItem { CheckItem(name: name, outcome: .good, text: text) }

    static func wrong(_ name: String, _ text: String, _ nextStep: String) -> CheckItem {
        CheckItem(name: name, outcome: .wrong, text: text, nextStep: nextStep)
    }

    static func skipped(_ name: String, _ text: String, _ nextStep: String = "") -> CheckItem {
        CheckItem(name: name, outcome: .skipped, text: text, nextStep: nextStep)
    }

    /// `wrong    clock: …` and below what to do.
    var line: String {
        let mark = outcome.rawValue.padded(to: 8)
        return "\(mark) \(name): \(text)" + (nextStep.isEmpty ? "" : "\n         → \(nextStep)")
    }

    var json: JSONValue {
        [
            "name": .string(name), "outcome": .string(outcome.rawValue), "text": .string(text), "next_step": .string(nextStep),
        ]
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
