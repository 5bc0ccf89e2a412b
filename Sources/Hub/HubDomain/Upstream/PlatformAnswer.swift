import Base
import Fares

/// What the platform answered to a check, booking or log.
public struct PlatformAnswer: Hashable, Sendable {
    /// `ret_code`; 0: yes.
    public var code: Int
    /// `ret_msg`
    public var message: String
    /// `sound_no` of a check; 0 elsewhere.
    public var soundNumber: Int
    /// When it came.
    public var received: WallTime

    public init(code: Int, message: String, soundNumber: Int = 0, received: WallTime) {
        (self.code, self.message, self.soundNumber, self.received) = (code, message, soundNumber, received)
    }

    /// Why a rider was refused, of whom the platform was asked; `.ok` where he was not. Codes that are none of this hub's say nothing more.
    public var reason: Reason {
        if code == 0 { return .ok }
        let known = Reason.allCases.first { ReturnCode($0).rawValue == code && ReturnCode($0) != .unavailable }
        return known ?? .refusedByPlatform
    }
}
