import Base
import JSON

/// What the commands print on standard output. Whatever a code, a platform, a radio or a stick's label has written into it gives the
/// terminal no commands.
enum Output {
    static func tell(_ text: String) { print(text.printableLines) }

    /// As one line, in which what is unseen stands in escapes.
    static func tell(_ json: JSONValue) { print(json.text.printableJSON) }
}
