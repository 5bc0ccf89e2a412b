import JSON

/// A self-test's lines with their words, and what a person adds who has looked and listened.
struct SelfTestVerdicts: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var part: String
        var subject: String
        /// `pass`, `warn` or `fail`.
        var verdict: String
        /// A key of `ConsoleText.findings`, unless the daemon is of a later release.
        var finding: String
        var detail: String
        /// `eye` or `ear`: a person has the last word.
        var checkedBy: String?
        /// What the person said.
        var isConfirmed: Bool?
    }

    private(set) var lines: [Line]

    /// `result`: of `selftest_result`.
    init(_ result: JSONValue) {
        lines = (result["checks"]?.array ?? []).map { check in
            Line(
                part: check["part"]?.string ?? "", subject: check["subject"]?.string ?? "",
                verdict: check["verdict"]?.string ?? "fail", finding: check["finding"]?.string ?? "",
                detail: check["detail"]?.string ?? "", checkedBy: check["check_by"]?.string)
        }
    }

    var hasFailure: Bool { lines.contains { $0.verdict == "fail" } }

    /// The first line that a person has still to judge.
    var open: Int? { lines.firstIndex { $0.checkedBy != nil && $0.isConfirmed == nil } }

    /// What a person saw or heard.
    mutating func answer(_ isConfirmed: Bool) {
        guard let open else { return }
        lines[open].isConfirmed = isConfirmed
        guard !isConfirmed else { return }
        lines[open].verdict = "fail"
        lines[open].finding = lines[open].checkedBy == "ear" ? "sound_not_heard" : "light_not_seen"
    }

    /// For people: a line for each part, and under it what to do next.
    func text(_ language: Language) -> [String] { lines.flatMap { Self.text($0, language) } }

    private static func text(_ line: Line, _ language: Language) -> [String] {
        let verdict = (ConsoleText.verdicts[line.verdict]?(language) ?? line.verdict).padded(to: 4)
        let part = ConsoleText.parts[line.part]?(language) ?? line.part
        let name = line.subject.isEmpty ? part : "\(part) \(ConsoleText.word(line.subject, language))"
        let words = ConsoleText.findings[line.finding]
        var facts = [words?.text(language) ?? line.finding, line.detail].filter { !$0.isEmpty }.joined(separator: ": ")
        switch (line.checkedBy, line.isConfirmed) {
        case ("eye", nil): facts += "; \(ConsoleText.checkByEye(language))"
        case ("ear", nil): facts += "; \(ConsoleText.checkByEar(language))"
        case (_, true): facts += "; \(ConsoleText.confirmed(language))"
        default: break
        }
        let next = words?.next.map { ["      \(ConsoleText.nextStep(language))\($0(language))"] } ?? []
        return ["\(verdict)  \(name)  \(facts)"] + next
    }

    /// For programs: what the daemon said, each check with the words.
    static func json(_ result: JSONValue) -> JSONValue {
        let checks = (result["checks"]?.array ?? []).map { check -> JSONValue in
            var check = check.object ?? JSONObject()
            let words = ConsoleText.findings[check["finding"]?.string ?? ""]
            check["text"] = words.map { .string($0.text.en) } ?? .null
            check["next_step"] = words?.next.map { .string($0.en) } ?? .null
            return .object(check)
        }
        var result = result.object ?? JSONObject()
        result["checks"] = .array(checks)
        return .object(result)
    }
}
