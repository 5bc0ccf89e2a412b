import Base
import ControlProtocol
import JSON

/// A self-test's lines with their words, and what a person adds who has looked and listened.
struct SelfTestVerdicts: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        /// A key of `ConsoleText.parts`, unless the daemon is of a later release.
        var part: String
        var subject: String
        var verdict: SelfTestCheck.Verdict
        /// A key of `ConsoleText.findings`, unless the daemon is of a later release.
        var finding: String
        var detail: String
        /// A person has the last word.
        var checkedBy: SelfTestCheck.Sense?
        /// What the person said.
        var isConfirmed: Bool?
    }

    private(set) var lines: [Line]

    init(_ report: SelfTestReport) {
        lines = report.checks.map { check in
            Line(
                part: check.partWord, subject: check.subject, verdict: check.verdict ?? .fail, finding: check.findingWord,
                detail: check.detail, checkedBy: check.checkedBy)
        }
    }

    var hasFailure: Bool { lines.contains { $0.verdict == .fail } }

    /// The first line that a person has still to judge.
    var open: Int? { lines.firstIndex { $0.checkedBy != nil && $0.isConfirmed == nil } }

    /// What a person saw or heard.
    mutating func answer(_ isConfirmed: Bool) {
        guard let open else { return }
        lines[open].isConfirmed = isConfirmed
        guard !isConfirmed else { return }
        lines[open].verdict = .fail
        lines[open].finding = lines[open].checkedBy == .ear ? "sound_not_heard" : "light_not_seen"
    }

    /// For people: a line for each part, and under it what to do next.
    func text(_ language: Language) -> [String] { lines.flatMap { Self.text($0, language).map(\.printable) } }

    private static func text(_ line: Line, _ language: Language) -> [String] {
        let verdict = (ConsoleText.verdicts[line.verdict]?(language) ?? line.verdict.rawValue).padded(to: 4)
        let part = ConsoleText.parts[line.part]?(language) ?? line.part
        let name = line.subject.isEmpty ? part : "\(part) \(ConsoleText.word(line.subject, language))"
        let words = ConsoleText.findings[line.finding]
        var facts = [words?.text(language) ?? line.finding, line.detail].filter { !$0.isEmpty }.joined(separator: ": ")
        switch (line.checkedBy, line.isConfirmed) {
        case (.eye, nil): facts += "; \(ConsoleText.checkByEye(language))"
        case (.ear, nil): facts += "; \(ConsoleText.checkByEar(language))"
        case (_, true): facts += "; \(ConsoleText.confirmed(language))"
        default: break
        }
        let next = words?.next.map { ["      \(ConsoleText.nextStep(language))\($0(language))"] } ?? []
        return ["\(verdict)  \(name)  \(facts)"] + next
    }

    /// For programs: what the daemon said, each check with the words in English.
    static func json(_ report: SelfTestReport) -> JSONValue {
        var json = report.json.object ?? JSONObject()
        json["checks"] = .array(
            report.checks.map { check in
                var json = check.json.object ?? JSONObject()
                let words = ConsoleText.findings[check.findingWord]
                json["text"] = words.map { .string($0.text.en) } ?? .null
                json["next_step"] = words?.next.map { .string($0.en) } ?? .null
                return .object(json)
            })
        return .object(json)
    }
}
