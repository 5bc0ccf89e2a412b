import Base

/// Takes out of a text what must not leave the box: secrets, card numbers, tickets.
enum Redaction {
    /// Masks tickets, what stands behind `card=`, and all runs of 8 to 31 hexadecimal digits: a card's number or UID has as many,
    /// and the ids of records and readers have 32. Such an id, the name of a set of root keys, and what stands for a binary code are no
    /// number of anybody's.
    static func cardNumbers(in text: String) -> String {
        let parts =
            /(\(set [0-9a-f]{16}\)|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)|card=("(?:[^"\\\n]|\\.)*"|\S+)|((?i)vt1[a-z2-7]{20,})|[0-9A-Fa-f]{8,}/
        return text.replacing(parts) { match in
            if let name = match.1 { return String(name) }
            if let value = match.2 {
                // Between quotation marks stands what is no plain word.
                let inner = value.first == "\"" && value.count > 1 ? value.dropFirst().dropLast() : value
                let shown = card(inner)
                return shown == inner ? String(match.0) : "card=" + shown.logField
            }
            let isTicket = match.3 != nil
            return isTicket || match.0.count < 32 && match.0.contains(where: \.isNumber) ? match.0.masked : String(match.0)
        }
    }

    /// A card's number, or what stands for a code in a log, masked; as it is where it is masked already.
    static func card(_ text: some StringProtocol) -> String {
        let label = "transport:"
        if text.hasPrefix(label) { return label + card(text.dropFirst(label.count)) }
        return text.hasPrefix("****") || String(text).wholeMatch(of: /#[0-9a-f]{16}/) != nil ? String(text) : text.masked
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
