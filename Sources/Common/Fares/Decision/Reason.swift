/// Why. Kept with each record, since the platform's log has three values only. The raw values are stable: scripts read them.
public enum Reason: String, CaseIterable, Sendable {
    case ok
    case blocked
    case notOnWhiteList = "not_on_white_list"
    case notOnLineList = "not_on_line_list"
    case functionOff = "function_off"
    case notInServiceHours = "not_in_service_hours"
    /// A UID that is no card number under the reader's profile.
    case unreadableCard = "unreadable_card"
    /// Not a ticket of any known layout.
    case malformedTicket = "malformed_ticket"
    case unknownKey = "unknown_key"
    case forgedTicket = "forged_ticket"
    case ticketNotYetValid = "ticket_not_yet_valid"
    case ticketExpired = "ticket_expired"
    case ticketUsed = "ticket_used"
    /// The transport ministry's code: the root key that vouches for its issuer is not among ours.
    case noRootKey = "no_root_key"
    case certificateExpired = "certificate_expired"
    case issuerNotAccepted = "issuer_not_accepted"
    case authorisationExpired = "authorisation_expired"
    case amountExceeded = "amount_exceeded"
    /// A code that only the platform may know, and nobody could ask it.
    case platformUnreachable = "platform_unreachable"
    case refusedByPlatform = "refused_by_platform"
    /// No record can be kept, so nobody is let on; red without a record.
    case outOfService = "out_of_service"

    /// `status` of the log calls (sections 4.3 and 5.4): 0 normal, 1 not on the white list, 2 blocked.
    public var logStatus: Int {
        switch self {
        case .ok: 0
        case .blocked: 2
        default: 1
        }
    }
}

extension Reason {
    public init(_ fault: TicketFault) {
        self =
            switch fault {
            case .malformed: .malformedTicket
            case .unknownKey: .unknownKey
            case .forged: .forgedTicket
            case .notYetValid: .ticketNotYetValid
            case .expired: .ticketExpired
            case .noRootKey: .noRootKey
            case .certificateExpired: .certificateExpired
            case .issuerNotAccepted: .issuerNotAccepted
            case .authorisationExpired: .authorisationExpired
            case .amountExceeded: .amountExceeded
            }
    }
}
