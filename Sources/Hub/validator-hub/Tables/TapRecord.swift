import Base
import Fares
import PlatformAPI

/// One tap as a device told of it: an online check, a booking of a ride, or a log.
struct TapRecord: Hashable, Sendable {
    var deviceID: String
    var call: PlatformCall
    var requestID: String
    /// The card number, or the text of the ticket as it was scanned.
    var subject: String
    /// As in the log calls: 0 accepted, 1 not on the white list or another reason, 2 blocked.
    var status: Int
    /// Nil in a log; offline is a booking of a ride that took place.
    var checkMode: CheckMode?
    /// What an online check was answered; kept when a booking follows, since a device decided otherwise.
    var reason: Reason?
    var time: WallTime
    var position: Position?
    var received: WallTime
    /// How often it came again.
    var duplicates = 0
}
