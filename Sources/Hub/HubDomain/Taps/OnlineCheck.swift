import Base
import Fares

/// What the hub knows when a device asks whether a rider may ride. The answer follows from that alone.
public struct OnlineCheck: Hashable, Sendable {
    /// The device's own, over the configuration's.
    public var settings: DeviceSettings
    public var presented: RideDecision.Presented

    public init(settings: DeviceSettings, presented: RideDecision.Presented) {
        self.settings = settings
        self.presented = presented
    }

    /// `.ok`, or why not.
    public func reason(under policy: HubPolicy, at now: WallTime) -> Reason {
        guard isSwitchedOn else { return .functionOff }
        return RideDecision(
            presented: presented, modes: settings.modes,
            isInServiceHours: settings.window?.contains(now, zone: policy.zone) ?? true
        ).reason
    }

    private var isSwitchedOn: Bool {
        switch presented {
        case .card: settings.modes.cardsEnabled
        case .ticket, .badTicket: settings.modes.ticketsEnabled
        }
    }
}
