import Base
import HubDomain
import HubFiles
import JSON

/// What `import-cards --dry-run` shows.
struct CardImportRehearsal {
    /// Mistakes and suspicions that are shown; the others are counted.
    private static let shown = 100

    let file: String
    /// In words: `the white list`.
    let list: String
    let encoding: TextEncoding
    /// Nil where the file has mistakes: nothing would be imported.
    var changes: CardListChanges?
    private let layout: CardFile.Layout
    private var (cards, blocked) = (0, 0)
    private var (mistakes, mistakeCount) = ([CardFile.Mistake](), 0)
    private var (suspicions, suspicionCount) = ([CardFile.Mistake](), 0)

    init(file: String, list: String, _ read: CardFileOnDisk) {
        self.file = file
        self.list = list
        encoding = read.encoding
        switch read.content {
        case .success(let content):
            layout = content.layout
            cards = content.entries.count
            blocked = content.entries.count { !$0.isListed }
            (suspicions, suspicionCount) = (content.suspicions, content.suspicionCount)
        case .failure(let error):
            layout = error.layout ?? CardFile.Layout()
            (mistakes, mistakeCount) = (error.all, error.count)
        }
    }

    var text: String {
        var lines = [
            "\(file): \(encoding.rawValue), \(layout.separator) between cells, \(layout.hasHeading ? "a" : "no") heading"
        ]
        lines += layout.firstRows.map { "  line \($0.line): " + $0.cells.map { "[\($0)]" }.joined(separator: " ") }
        if let changes {
            lines.append("\(cards) cards (\(blocked) with flag 0) for \(list); nothing was changed, an import would")
            lines.append(
                "  add \(changes.added), remove \(changes.removed), change the flag of \(changes.changed), leave \(changes.unchanged)"
            )
        }
        lines += told(mistakes, mistakeCount, "mistakes, for which nothing would be imported")
        lines += told(suspicions, suspicionCount, "cards look wrong, but would be taken")
        return lines.joined(separator: "\n")
    }

    private func told(_ all: [CardFile.Mistake], _ count: Int, _ words: String) -> [String] {
        guard count > 0 else { return [] }
        let lines = ["\(count) \(words)"] + all.prefix(Self.shown).map { "  \(file):\($0)" }
        return count > Self.shown ? lines + ["  and \(count - Self.shown) more"] : lines
    }

    var json: JSONValue {
        func list(_ all: [CardFile.Mistake]) -> JSONValue {
            .array(all.prefix(Self.shown).map { ["line": .int($0.line), "text": .string($0.text)] })
        }
        let changes: JSONValue =
            changes.map {
                [
                    "added": .int($0.added), "removed": .int($0.removed), "changed": .int($0.changed),
                    "unchanged": .int($0.unchanged),
                ]
            } ?? .null
        return [
            "file": .string(file), "encoding": .string(encoding.rawValue), "separator": .string(layout.separator.description),
            "heading": .bool(layout.hasHeading),
            "first_rows": .array(
                layout.firstRows.map { ["line": .int($0.line), "cells": .array($0.cells.map { .string($0) })] }),
            "cards": .int(cards), "flag_0": .int(blocked), "changes": changes,
            "mistake_count": .int(mistakeCount), "mistakes": list(mistakes),
            "suspicion_count": .int(suspicionCount), "suspicions": list(suspicions),
        ]
    }
}
