import Base

/// Takes out of a text what must not leave the box: secrets, card numbers, tickets.
enum Redaction {
    /// Masks tickets, what stands behind `card=`, and all runs of 8 to 31 hexadecimal digits: a card's number or UID has as many,
    /// and the ids of records and readers have 32.
    static func cardNumbers(in text: String) -> String {
        text.replacing(/card=("(?:[^"\\\n]|\\.)*"|\S+)/) { match in
            // Between quotation marks stands what is no plain word.
            let inner = match.1.first == "\"" && match.1.count > 1 ? match.1.dropFirst().dropLast() : match.1
            return inner.hasPrefix("****") ? String(match.0) : "card=" + inner.masked.logField
        }
        .replacing(/(?i)vt1[a-z2-7]{20,}/) { $0.0.masked }
        .replacing(/[0-9A-Fa-f]{8,}/) { match in
            match.0.count < 32 && match.0.contains(where: \.isNumber) ? match.0.masked : String(match.0)
        }
    }

    /// Masks user and password in an address, what stands behind its `?`, and what follows a word such as `token=`.
    static func secrets(in text: String) -> String {
        text.replacing(/:\/\/[^\/\s"]+@/) { _ in "://****@" }
            .replacing(/(:\/\/[^\s"?]+)\?[^\s"]*/) { "\($0.1)?****" }
            .replacing(
                /(?i)\b(token|secret|password|passwd|pin|authorization|key)("?[ \t]*[=:][ \t]*)(?:(["'])(?:\\.|(?!\3)[^\\\n])+|(?:(?:bearer|basic)[ \t]+)?[^\s",}]+)/
            ) { "\($0.1)\($0.2)\($0.3 ?? "")****" }
    }

    /// A configuration file without its comments, which may say anything; of secrets it holds the paths only.
    static func configuration(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { withoutComment($0) }
        let kept = lines.filter { !$0.isEmpty }.joined(separator: "\n")
        // Its words are a program's, which may take a password.
        let command = /(power_cycle_command["']?\s*=\s*)\[(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\]"'])*\]/
        return secrets(in: kept.replacing(command) { "\($0.1)****" })
    }

    private static func withoutComment(_ line: Substring) -> String {
        var quote: Character?
        var isEscaped = false
        var result = ""
        for character in line {
            if let current = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\", current == "\"" {
                    isEscaped = true
                } else if character == current {
                    quote = nil
                }
            } else if character == "#" {
                break
            } else if character == "\"" || character == "'" {
                quote = character
            }
            result.append(character)
        }
        while result.last?.isWhitespace == true { result.removeLast() }
        return result
    }
}
