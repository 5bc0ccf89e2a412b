import Base
import Fares
import PlatformAPI
import ValidatorCore

/// What the world does to a bus, planned before its life begins. What ends by itself later says when, so that leaving a
/// happening out leaves out its end too.
enum Happening {
    case card(CardNumber, SourceIndex)
    /// A card that has stayed in the reader's field is read again.
    case sighting(CardNumber, SourceIndex)
    /// A ticket of the plan, as the office printed it, or in lower case or as base64.
    case ticket(Int, isOtherForm: Bool, SourceIndex)
    /// Something that is no ticket.
    case scribble([UInt8], SourceIndex)

    case fix(FixKind)
    case receiver(isThere: Bool)
    case readerFails(SourceIndex, for: Duration)
    case ignitionOff(for: Duration)
    case systemClock(error: Duration)

    case weather(Weather)
    case mood(SimulatedPlatform.Mood)
    case modes(seed: UInt64)
    case publication(isFull: Bool, seed: UInt64)
    case keyRotation
    /// It hangs for so long, then it is down for as long: what it took in meanwhile it has forgotten, and nobody gets a reply.
    case hubCrash(downFor: Duration)

    case technician(Technician)

    /// The disk is full, or one of its next calls fails.
    case disk(failingCall: Int?, healedAfter: Duration)
    case kill
    /// As soon as a record is durable and its rider has not seen the light. Some try again.
    case killBeforeLight
    case powerCut(atCall: Int, goneAfter: Duration)

    case morning
    /// Nothing goes wrong from here on. Sticks that are still around are lost, or come to the hub.
    case depot(areSticksLost: Bool)
    /// By now everything must have arrived.
    case balance
    /// The ignition goes off for the night.
    case parking
    case night
}

/// What the receiver says.
enum FixKind: Int {
    /// Its own weak clock, before it has a fix.
    case weak
    /// The week number has rolled over, and is behind or ahead.
    case rolledOver
    case timeless
    case standing
    case good
    case rolledAhead
    /// The last one again, word for word.
    case repeated
    /// Of a simulator, and of another day.
    case invented
}

enum Technician {
    case reportInterval(Duration)
    case synchronise(DownloadTarget, full: Bool)
    case retryRefused
    /// Takes the oldest records along on a stick.
    case collect(limit: Int)
    case stickReachesHub
    case stickIsLost
    /// Puts another box in the place of this one.
    case swapBox(recordsInFile: Int, cutAtCall: Int?)
}

/// What follows of what happened.
enum Consequence {
    /// A request has reached the platform.
    case arrival(Exchange)
    /// What becomes of a request is known at the box.
    case outcome(Exchange, Result<PlatformReply, ExchangeFailure>)
    case readerWorks(SourceIndex)
    case ignitionOn
    case hubCrashes(downFor: Duration)
    case hubIsBack
    case diskHealed
    case start(isNewBoot: Bool)
    /// At the latest now the power is gone.
    case powerGone
    /// A rider who has seen no light tries again.
    case cardAgain(CardNumber, SourceIndex)
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
enum Weather: String {
    case calm
    /// Requests and replies get lost or take seconds.
    case lossy
    case down
    /// Something between answers in the platform's place, or garbles what it says.
    case sick
}
