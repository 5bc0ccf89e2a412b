/// One line of a self-test: a part of the box, and what was found.
public struct SelfTestCheck: ControlValue {
    /// The raw values are a stable interface.
    public enum Part: String, Sendable {
        case reader, scanner, light, buzzer, sound, disk, clock, platform, certificate, gps, list, keys, outbox
    }

    public enum Verdict: String, Sendable { case pass, warn, fail }

    /// With what a person has to judge.
    public enum Sense: String, Sendable { case eye, ear }

    /// A word of `Part`, or of a later release's.
    public var partWord = ""
    /// Which reader, light or list; empty where there is one only.
    public var subject = ""
    /// Nil of a later release's verdict.
    public var verdict: Verdict?
    /// A word of `SelfTestFinding`, or of a later release's.
    public var findingWord = ""
    /// Numbers, names and reasons, in no particular language; may be empty.
    public var detail = ""
    /// Who has the last word, where it is a person.
    public var checkedBy: Sense?

    public init() {}

    public init(part: Part, subject: String = "", finding: SelfTestFinding, detail: String = "") {
        partWord = part.rawValue
        self.subject = subject
        verdict = finding.verdict
        findingWord = finding.rawValue
        self.detail = detail
        checkedBy = finding.checkedBy
    }

    public var part: Part? { Part(rawValue: partWord) }
    public var finding: SelfTestFinding? { SelfTestFinding(rawValue: findingWord) }

    public mutating func members(_ member: inout ControlMembers) {
        member("part", &partWord)
        member("subject", &subject)
        member("verdict", &verdict)
        member("finding", &findingWord)
        member("detail", &detail)
        member("check_by", &checkedBy)
    }
}
