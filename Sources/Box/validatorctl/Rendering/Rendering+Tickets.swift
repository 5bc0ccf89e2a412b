import Base
import ControlProtocol
import Fares

extension Rendering {
    static func ticket(_ ticket: TicketReport) -> String {
        var code = TextTable()
        code.append(["codec", Cell.text(ticket.codec ?? "none knows it")])
        code.append(["form", "\(ticket.isText ? "text" : "binary"), \(Cell.text(ticket.byteCount)) bytes"])
        if ticket.codec == nil {
            code.append(["resembles", Cell.text(ticket.resembles)])
            let fate = ticket.unknown == "online" ? "the platform is asked; without it refused" : "refused"
            code.append(["tickets.unknown", "\(Cell.text(ticket.unknown)): \(fate)"])
        }
        var fields = TextTable()
        for field in ticket.fields { fields.append([Cell.text(field.name), Cell.text(field.value)]) }
        var checks = TextTable()
        for check in ticket.checks {
            checks.append([
                check.isPassed ? "PASS" : "FAIL", Cell.text(check.name), check.isPassed ? "" : Cell.text(check.reason),
                Cell.text(check.detail),
            ])
        }
        let parts = [
            code.text, ticket.fields.isEmpty ? "" : heading("fields", fields.text),
            ticket.checks.isEmpty ? "" : heading("checks", checks.text), verdict(ticket),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func verdict(_ ticket: TicketReport) -> String {
        var table = TextTable()
        table.append(["card", ticket.standing.map(standing) ?? "not held against any list"])
        table.append(["used before", ticket.isUsed.map { $0 ? "yes" : "no" } ?? "not known"])
        table.append(["service hours", ticket.isInServiceHours.map { $0 ? "within" : "outside" } ?? "not known"])
        table.append(["judged for", "\(Cell.time(ticket.time)) (clock: \(Cell.text(ticket.clock)))"])
        let basis = ticket.basis
        table.append(["by settings of", Cell.text(basis.settings ?? "no file: defaults")])
        table.append(["by root keys of", source(basis.roots, "set", basis.rootsVersion)])
        table.append(["by ticket keys of", source(basis.keys, "group version", basis.keysVersion)])
        table.append(["verdict", outcome(ticket.outcome, ticket.reason) { $0 }])
        if let answered = ticket.answered {
            table.append(["answered at the time", self.answered(answered) { $0 }])
            // They are not judged by the same: neither is wrong.
            if answered.contradicts(ticket) {
                table.append(["", "the verdict above is this box's own, offline; the rider got the answer"])
            }
        }
        return table.text
    }

    static func outcome(_ outcome: String, _ reason: String, _ word: (String) -> String) -> String {
        // Of a repeated scan only the reason tells the light.
        let isPlain = outcome == Outcome.accepted.name && reason == Reason.ok.rawValue
        return word(Cell.text(outcome)) + (isPlain ? "" : ": \(word(Cell.text(reason)))")
    }

    /// `accepted, online`
    static func answered(_ answer: TicketReport.Answer, _ word: (String) -> String) -> String {
        "\(outcome(answer.outcome, answer.reason, word)), \(word(Cell.text(answer.mode)))"
    }

    private static func standing(_ standing: TicketReport.Standing) -> String {
        [
            standing.isBlocked ? "blocked" : "not blocked",
            (standing.isOnWhiteList ? "" : "not ") + "on the white list",
            (standing.isOnLineList ? "" : "not ") + "on the line list",
        ].joined(separator: ", ")
    }

    private static func source(_ source: String?, _ kind: String, _ version: String) -> String {
        guard let source else { return "none" }
        let name = source == TicketReport.Basis.box ? "this box" : Cell.text(source)
        // Lines of `id,key` have no version; the box has one of whatever it has.
        guard !version.isEmpty, version != "0" else { return name + (source == TicketReport.Basis.box ? ", which has none" : "") }
        return "\(name) (\(kind) \(Cell.text(version)))"
    }
}
