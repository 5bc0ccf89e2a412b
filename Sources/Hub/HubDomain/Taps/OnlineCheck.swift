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
        Self.reason(
            for: presented, modes: settings.modes, isInServiceHours: settings.window?.contains(now, zone: policy.zone) ?? true)
    }

    /// The same of modes and hours, whoever set them.
    public static func reason(for presented: RideDecision.Presented, modes: Modes, isInServiceHours: Bool) -> Reason {
        let isSwitchedOn =
            switch presented {
            case .card: modes.cardsEnabled
            case .ticket, .badTicket: modes.ticketsEnabled
            }
        guard isSwitchedOn else { return .functionOff }
        return RideDecision(presented: presented, modes: modes, isInServiceHours: isInServiceHours).reason
    }
}
