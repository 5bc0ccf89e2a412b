import Fares

/// What a heartbeat is answered with.
public struct DeviceSettings: Hashable, Sendable {
    public var modes = Modes()
    /// Nil: riders are admitted at any hour.
    public var window: DailyWindow?
    /// `enterprise_id` of heartbeats and lists.
    public var enterpriseID = "1"

    public init() {}
}

extension DeviceSettings {
    /// Puts one device's own setting over the configuration's. `value` has passed `DeviceSetting.mistake(in:)`.
    public mutating func apply(_ setting: DeviceSetting, _ value: String) {
        let isOn = value == "1"
        switch setting {
        case .ticketCheck: modes.ticketCheck = isOn ? .offline : .online
        case .cardCheck: modes.cardCheck = isOn ? .offline : .online
        case .ticketsEnabled: modes.ticketsEnabled = isOn
        case .cardsEnabled: modes.cardsEnabled = isOn
        case .whiteListRequired: modes.whiteListRequired = isOn
        case .lineListRequired: modes.lineListRequired = isOn
        case .window: window = DailyWindow(value)
        case .enterpriseID: enterpriseID = value
        case .line: break
        }
    }
}
