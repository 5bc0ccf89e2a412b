import Base
import PlatformAPI
import ValidatorCore

/// What happens to a box, but for what it does by itself.
enum Happening {
    case card([UInt8], SourceIndex)
    case ticket([UInt8], SourceIndex)
    case busStop
    case fix
    case receiver
    /// A request has reached the platform.
    case arrival(Exchange)
    /// What becomes of a request is known at the box.
    case outcome(Exchange, Result<PlatformReply, ExchangeFailure>)
    case weatherChange
    case moodChange
    case modeChange
    case publication
    case keyRotation
    case systemClockStep
    case technician
    case diskTrouble
    case diskHealed
    case start(isNewBoot: Bool)
    /// Soon the power fails, or the process dies.
    case trouble(isPower: Bool)
    case kill
    case powerCut
    /// At the latest now the power is gone.
    case powerGone
    case arrivalAtDepot
    case retryRefused
    /// By now everything must have arrived.
    case balance
    case night
}

/// A request on its way, and the life of the box that sent it.
struct Exchange {
    var id: ExchangeID
    var request: PlatformRequest
    var life: Int
    var sent: Instant
    /// A heartbeat of now, not a position that was kept.
    var isLiveHeartbeat = false
    /// Who vouched for the box's calendar when it was sent.
    var clockSource: ClockSource

    var isUpload: Bool {
        switch request.content {
        case .check(_, .offline, _, _), .log: true
        default: false
        }
    }
}

/// The link to the platform, for a while.
enum Weather {
    case calm
    /// Requests and replies get lost or take seconds.
    case lossy
    case down
    /// Something between answers in the platform's place, or garbles what it says.
    case sick
}
