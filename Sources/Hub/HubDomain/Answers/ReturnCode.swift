import Fares

/// `ret_code` of the platform API as this hub answers it. The numbers are stable: operators configure boxes by them.
public enum ReturnCode: Int, Error, Sendable {
    case success = 0

    /// The body is neither a JSON object nor a form.
    case malformedBody = 1001
    /// A field is missing or has a value that it cannot have.
    case invalidField = 1002
    /// Nobody registered the device, and it may not register itself.
    case unknownDevice = 1003
    // 1004 once refused a req_id that had been used for another card; it is given to nothing else.
    case bodyTooLarge = 1005
    case unknownCall = 1006

    /// `app_id` or `secret` is wrong.
    case credentialsRefused = 2001
    /// The token is unknown, expired, or another device's: fetch a new one.
    case tokenRefused = 2002
    /// The device was stolen or given up: nothing is taken from it any more.
    case deviceRevoked = 2003
    /// The call does not prove that it is from the device that it names.
    case callerRefused = 2004

    case functionOff = 3001
    case blocked = 3002
    case notOnWhiteList = 3003
    case notOnLineList = 3004
    case notInServiceHours = 3005
    case malformedTicket = 3101
    case unknownKey = 3102
    case forgedTicket = 3103
    case ticketNotYetValid = 3104
    case ticketExpired = 3105
    case ticketUsed = 3106
    case noRootKey = 3107
    case certificateExpired = 3108
    case issuerNotAccepted = 3109
    case authorisationExpired = 3110
    case amountExceeded = 3111

    /// Nothing was stored, because it could not be; always with HTTP status 503, so that a box decides by itself and
    /// sends its records again.
    case unavailable = 5001
    /// The platform behind this hub does not answer: decide offline. With HTTP status 503, as from a platform that is away.
    case platformAway = 5002

    /// What an online check answers for a decision.
    public init(_ reason: Reason) {
        self =
            switch reason {
            case .ok: .success
            case .blocked: .blocked
            case .notOnWhiteList: .notOnWhiteList
            case .notOnLineList: .notOnLineList
            case .functionOff: .functionOff
            case .notInServiceHours: .notInServiceHours
            case .malformedTicket: .malformedTicket
            case .unknownKey: .unknownKey
            case .forgedTicket: .forgedTicket
            case .ticketNotYetValid: .ticketNotYetValid
            case .ticketExpired: .ticketExpired
            case .ticketUsed: .ticketUsed
            case .noRootKey: .noRootKey
            case .certificateExpired: .certificateExpired
            case .issuerNotAccepted: .issuerNotAccepted
            case .authorisationExpired: .authorisationExpired
            case .amountExceeded: .amountExceeded
            // Never decided here: a card number that cannot be read is refused as a wrong field.
            case .unreadableCard, .platformUnreachable, .refusedByPlatform, .outOfService: .unavailable
            }
    }
}

extension Reason {
    /// `ret_msg` of an online check.
    public var message: String {
        switch self {
        case .ok: "成功"
        case .blocked: "card is blocked"
        case .notOnWhiteList: "card is not on the white list"
        case .notOnLineList: "card is not on the list of this line"
        case .functionOff: "cards or tickets are switched off for this device"
        case .notInServiceHours: "outside the service hours of this device"
        case .malformedTicket: "not a ticket of any form that is read here"
        case .unknownKey: "ticket names a key that is no longer in force"
        case .forgedTicket: "ticket's seal is wrong"
        case .ticketNotYetValid: "ticket is not valid yet"
        case .ticketExpired: "ticket has expired"
        case .ticketUsed: "ticket has been used"
        case .noRootKey: "no root key here vouches for the ticket's issuer"
        case .certificateExpired: "the certificate of the ticket's issuer has ended"
        case .issuerNotAccepted: "tickets of this issuer are not accepted here"
        case .authorisationExpired: "the phone's authorisation has ended: refresh the code"
        case .amountExceeded: "the ride costs more than the ticket may pay"
        case .unreadableCard, .platformUnreachable, .refusedByPlatform, .outOfService: "not decided"
        }
    }
}
