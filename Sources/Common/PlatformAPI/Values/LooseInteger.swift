import Base
import JSON

/// The one reading of whole numbers and switches, whatever a platform's language made of them: `1`, `"1"`, `1.0`, `" 1 "`, `true`.
enum LooseInteger {
    /// Nil when `text` is no whole number that an `Int` holds.
    static func value(_ text: some StringProtocol) -> Int? {
        let trimmed = String(text.trimmed)
        return switch trimmed.lowercased() {
        case "true": 1
        case "false": 0
        default: Int(trimmed) ?? JSONNumber(text: trimmed)?.int
        }
    }
}
