import Base
import BoxConfiguration
import ControlProtocol
import Cryptography
import Fares
import OperatingSystem
import ValidatorCore

/// Codes, explained to a technician.
extension Daemon {
    func explainTicket(_ code: [UInt8], at time: WallTime?) throws(ControlError) -> TicketReport {
        let moment = Clocks.now()
        var report = try report(on: code) { $0.assess(code, at: moment, time: time) }
        if time != nil { report.clock = TicketReport.givenTime }
        return report
    }

    func scannedTicket(of scanner: Int) throws(ControlError) -> ScannedTicket {
        guard latestCodes.indices.contains(scanner) else {
            throw ControlError(.badArgument, "there are \(latestCodes.count) scanners; the first is 0")
        }
        var answer = ScannedTicket()
        answer.scanner = configuration.scanners[scanner].id
        guard let code = latestCodes[scanner] else { return answer }
        answer.age = Clocks.now().instant - code.moment.instant
        answer.ticket =
            if let report = code.report {
                report
            } else {
                try report(on: code.payload) { $0.assess(code.payload, at: code.moment, wasUsed: code.wasUsed) }
            }
        latestCodes[scanner]?.report = answer.ticket
        answer.ticket?.answered = code.answered
        return answer
    }

    /// Notes what a scanner has read, before anything comes of it.
    func noteScan(_ scanned: [UInt8], of scanner: Int, at moment: Moment) {
        let payload = TicketReader.code(in: scanned)
        guard !payload.isEmpty else { return }
        let interval = configuration.scanners[scanner].repeatInterval
        guard latestCodes[scanner]?.isSame(as: payload, at: moment, within: interval) != true else { return }
        latestCodes[scanner] = ScannedCode(
            payload: payload, moment: moment, wasUsed: box?.inspect { $0.hasUsed(payload) } ?? false)
    }

    /// Notes what a rider was answered, at whichever device.
    func noteAnswer(_ answer: Answer) {
        let scanner = answer.source - configuration.readers.count
        if latestCodes.indices.contains(scanner) { latestCodes[scanner]?.take(answer) }
    }

    private func report(
        on code: [UInt8], _ assess: (borrowing Validator) -> TicketAssessment
    ) throws(ControlError) -> TicketReport {
        guard let box else {
            throw ControlError(.refused, "out of service: there is no outbox yet; see the log for the reason")
        }
        let assessment = box.inspect(assess)
        var report = TicketReport(
            of: code, assessment.explanation, otherCodec: TicketReader(TicketSettings(), Libcrypto()).kind(of: code),
            reason: assessment.reason, masksCards: configuration.log.masksCards)
        if assessment.explanation == nil { report.unknown = policy.unknownTickets.rawValue }
        report.standing = assessment.standing.map { TicketReport.Standing($0) }
        if assessment.standing != nil { report.isUsed = assessment.isUsed }
        report.isInServiceHours = assessment.isInServiceHours
        (report.time, report.clock) = (assessment.time, assessment.clock.name)
        report.basis.settings = configurationPath
        (report.basis.roots, report.basis.keys) = (TicketReport.Basis.box, TicketReport.Basis.box)
        report.basis.rootsVersion = box.validator.state.roots.version
        report.basis.keysVersion = box.validator.state.keys.current?.version ?? "0"
        return report
    }
}
