import Base

/// What an operator can set for one device (`set-mode`); whatever is not set is as the configuration has it.
/// Raw values are the keys of the command, the columns of the table, and but for the last three the fields of the API.
public enum DeviceSetting: String, CaseIterable, Sendable {
    case ticketCheck = "check_mode"
    case cardCheck = "check_card_mode"
    case ticketsEnabled = "qrcode_mode"
    case cardsEnabled = "card_mode"
    case whiteListRequired = "white_mode"
    case lineListRequired = "is_line_white"
    /// `HH:MM-HH:MM`, or `none` where the configuration has a window and this device none.
    case window
    case line
    case enterpriseID = "enterprise_id"

    /// Takes a setting back to the configuration's.
    public static let defaultValue = "default"

    /// What a wrong `value` should have been; nil when it is right.
    public func mistake(in value: String) -> String? {
        switch self {
        case .ticketCheck, .cardCheck: value == "0" || value == "1" ? nil : "0 (online) or 1 (offline)"
        case .ticketsEnabled, .cardsEnabled, .whiteListRequired, .lineListRequired:
            value == "0" || value == "1" ? nil : "0 or 1"
        case .window: value == "none" || DailyWindow(value) != nil ? nil : "HH:MM-HH:MM or none"
        case .line, .enterpriseID: (1...64).contains(value.utf8.count) ? nil : "1 to 64 characters"
        }
    }
}
