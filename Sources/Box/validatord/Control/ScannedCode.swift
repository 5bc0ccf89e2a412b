import Base
import ControlProtocol
import Fares
import ValidatorCore

/// The last code that a scanner has read, for a technician who asks why it was refused. In memory only, and never more than one.
struct ScannedCode {
    let payload: [UInt8]
    let moment: Moment
    /// Whether it was used before this scan.
    let wasUsed: Bool
    /// Made when somebody asks first: it costs as much as a rider, and never while one waits at this scan.
    var report: TicketReport?
    /// What the rider was answered; nil until then, and where the scanner decides nothing.
    private(set) var answered: TicketReport.Answer?

    init(payload: [UInt8], moment: Moment, wasUsed: Bool) {
        self.payload = payload
        self.moment = moment
        self.wasUsed = wasUsed
    }

    /// Takes the answer to this scan. What comes later is the answer to a repetition of it.
    mutating func take(_ answer: Answer) {
        guard answered == nil, answer.received >= moment.instant else { return }
        var answered = TicketReport.Answer()
        (answered.outcome, answered.reason) = (answer.outcome.name, answer.reason.rawValue)
        answered.mode = answer.mode.name
        self.answered = answered
    }

    /// Whether a scan is the same presentation, in which a scanner reads a phone again and again.
    func isSame(as payload: [UInt8], at moment: Moment, within interval: Duration) -> Bool {
        self.payload == payload && moment.instant - self.moment.instant < interval
    }
}
