import Base

/// The calls of the platform's device interface, all POST to `{base_url}/{name}`.
public enum PlatformCall: String, CaseIterable, Sendable {
    /// Section 3.1
    case heartbeat = "location_report"
    /// Section 4.1
    case cardList = "get_card_list"
    /// Section 4.2
    case cardCheck = "card_check"
    /// Section 4.3
    case cardLog = "card_check_log"
    /// Section 4.4
    case lineCardList = "get_line_card_list"
    /// Section 5.2
    case keys = "get_qrcode_keys"
    /// Section 5.3
    case ticketCheck = "ticket_check"
    /// Section 5.4
    case ticketLog = "offline_qrcode_log"
    /// Not printed in the document; the name can be configured, see `WireFormat.TokenCall`.
    case token = "get_token"

    public init(_ content: PlatformRequest.Content) {
        switch content {
        case .heartbeat: self = .heartbeat
        case .check(.card, _, _, _): self = .cardCheck
        case .check(.ticket, _, _, _): self = .ticketCheck
        case .log(.card, _, _, _): self = .cardLog
        case .log(.ticket, _, _, _): self = .ticketLog
        case .fullCardList, .cardIncrement: self = .cardList
        case .lineCardList: self = .lineCardList
        case .keys: self = .keys
        case .token: self = .token
        }
    }
}
