import Foundation

/// Reads the table of loose replies; its first lines say how it is written.
public enum LooseReplyFile {
    public struct Mistake: Error, CustomStringConvertible {
        public var description: String
    }

    /// A row as its lines say it.
    private struct Draft {
        var row: LooseReply
        var members: [(name: String, value: String)]
        var body: String?
        var before = ""
        var after = ""

        var finished: LooseReply {
            var row = row
            let middle = body ?? String(decoding: LooseReply.body(members), as: UTF8.self)
            row.body = LooseReplyFile.bytes(before) + LooseReplyFile.bytes(middle)
            row.body += LooseReplyFile.bytes(after)
            return row
        }
    }

    /// Those of replies.txt.
    public static func rows() throws -> [LooseReply] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "replies.txt")
        return try rows(in: String(contentsOf: file, encoding: .utf8))
    }

    static func rows(in text: String) throws -> [LooseReply] {
        var rows: [LooseReply] = []
        var draft: Draft?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let rest = parts.count > 1 ? String(parts[1]) : ""
            do {
                if parts[0] == "row" {
                    if let draft { rows.append(draft.finished) }
                    draft = try begin(rest)
                } else {
                    try take(String(parts[0]), rest, into: &draft)
                }
            } catch {
                throw Mistake(description: "line \(index + 1): \(error): \(line)")
            }
        }
        if let draft { rows.append(draft.finished) }
        return rows
    }

    private static func begin(_ rest: String) throws -> Draft {
        let words = rest.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let call = LooseReply.Call(rawValue: String(words[0])) else {
            throw Mistake(description: "row needs a call and a name")
        }
        let row = LooseReply(call: call, name: String(words[1]), facts: LooseReply.goodFacts(of: call))
        return Draft(row: row, members: LooseReply.goodMembers(of: call))
    }

    private static func take(_ word: String, _ rest: String, into draft: inout Draft?) throws {
        guard var changed = draft else { throw Mistake(description: "there is no row yet") }
        switch word {
        case "status": changed.row.status = Int(rest) ?? 0
        case "header":
            let parts = rest.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw Mistake(description: "a header is NAME: VALUE") }
            changed.row.headers[String(parts[0])] = String(parts[1].drop { $0 == " " })
        case "with":
            let (name, value) = try pair(rest)
            if let index = changed.members.firstIndex(where: { $0.name == name }) {
                changed.members[index].value = value
            } else {
                changed.members.append((name, value))
            }
        case "without": changed.members.removeAll { $0.name == rest }
        case "before": changed.before = rest
        case "after": changed.after = rest
        case "body": changed.body = rest
        case "then":
            for fact in rest.split(separator: " ") {
                let (name, value) = try pair(String(fact))
                guard changed.row.facts[name] != nil else { throw Mistake(description: "nobody looks at \(name)") }
                changed.row.facts[name] = value
            }
        case "told": changed.row.told = rest
        case "http": changed.row.isForDaemon = true
        default: throw Mistake(description: "what is \(word)?")
        }
        draft = changed
    }

    private static func pair(_ text: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Mistake(description: "NAME=VALUE is needed") }
        return (String(parts[0]), String(parts[1]))
    }

    /// `%EF` is one byte; all else is UTF-8.
    static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
