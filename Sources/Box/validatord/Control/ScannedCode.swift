import Base
import ControlProtocol

/// The last code that a scanner has read, for a technician who asks why it was refused. In memory only, and never more than one.
struct ScannedCode {
    let payload: [UInt8]
    let moment: Moment
    /// Whether it was used before this scan.
    let wasUsed: Bool
    /// Made when somebody asks first: it costs as much as a rider, and never while one waits at this scan.
    var report: TicketReport?

    /// Whether a scan is the same presentation, in which a scanner reads a phone again and again.
    func isSame(as payload: [UInt8], at moment: Moment, within interval: Duration) -> Bool {
        self.payload == payload && moment.instant - self.moment.instant < interval
    }
}
