import Base
import JSON

/// The one reading of whole numbers and switches, whatever a platform's language made of them: `1`, `"1"`, `1.0`, `" 1 "`, `true`.
enum LooseInteger {
    /// Nil when `text` is no whole number that an `Int` holds.
    static func value(_ text: String) -> Int? {
        let trimmed = text.trimmed
        // As nearly every client writes them.
        if let plain = Int(trimmed) { return plain }
        return switch trimmed.lowercased() {
        case "true": 1
        case "false": 0
        default: JSONNumber(text: String(trimmed))?.int
        }
    }
}
