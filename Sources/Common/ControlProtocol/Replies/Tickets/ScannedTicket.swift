/// What `ticket_scanned` tells: the last code of one scanner, judged by the moment at which it was scanned.
public struct ScannedTicket: ControlValue {
    public var scanner = ""
    /// Since it was scanned; nil before the first code. So too `ticket`.
    public var age: Duration?
    public var ticket: TicketReport?

    public init() {}

    public mutating func members(_ member: inout ControlMembers) {
        member("scanner", &scanner)
        member("age_s", seconds: &age)
        member("ticket", &ticket)
    }
}
