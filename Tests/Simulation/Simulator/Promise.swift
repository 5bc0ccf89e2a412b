import Base

/// What the box promises, whatever happens to it.
package enum Promise: String, Sendable {
    case recordBeforeLight = "a light is shown only when its record is durable, and says what the record says"
    case recordSurvives = "a record that a light was shown for survives every cut until it is delivered"
    case oneRecordPerTap = "a tap has one record and one light at most, and a record has its tap"
    case everyTapIsAnswered = "every tap is answered in time"
    case repeatsAreRepeated = "a repeated tap gets the colour of the first and no second record"
    case decisionsAreRight = "a decision follows from what the box holds"
    case singleRideOnce = "a single ride is accepted once on the box"
    case outOfServiceOnlyWhenFull = "the box is out of service only when it can keep no record"
    case uploadsBelongToTaps = "an upload carries its tap's own req_id and says what the tap was"
    case refusedTapsAreNotBooked = "no ride is booked for a refused tap"
    case uploadsAreNotRepeated = "what the platform has taken is not sent again but after a cut"
    case everythingArrives = "once the platform is back everything arrives, in bounded time"
    case timesAreTrue = "a time that the receiver or the platform vouches for is the true one"
    case listsAreWhole = "a list is adopted whole or not at all"
    case stateSurvives = "modes and keys are the platform's last, across restarts"
    case listsConverge = "once the platform is back the box holds what it names"
    case downloadsAreBounded = "no download is repeated endlessly"
    case boundsHold = "outbox, exchanges and timers stay within their bounds"
    case visitsArePaired = "a card's visit has one first read and one end under one id, each in its time, across restarts"
    case collectedStaysOnStick = "what was taken along on a stick is not sent, until it is given back"
    case shutsDownInTime = "the box shuts down in time once the ignition is off, and only then"
    case heartbeatsKeepTime = "heartbeats come at the interval, and at the longer one while the bus is parked"
    case countsAgree = "what the box counts is what the outbox holds"
    case outboxStaysSound = "the outbox opens after every cut, undamaged"
}

/// A promise that did not hold in one run, with what is needed to see why.
package struct BrokenPromise: Error, CustomStringConvertible, Sendable {
    package var promise: Promise
    package var detail: String
    package var seed: UInt64
    var time: Instant
    var trace: [String]

    package var description: String {
        """
        SEED=\(seed): \(TrueTime.text(time)): broken: \(promise.rawValue)
        \(detail)
        \(trace.joined(separator: "\n"))
        """
    }
}

/// What a part of the model found wrong.
struct Finding {
    package var promise: Promise
    package var detail: String
}

/// The last things that happened. Told in words only when a promise is broken.
struct Trace {
    private static let length = 60
    private var events: [(at: Instant, text: () -> String)] = []
    private var next = 0

    mutating func note(at now: Instant, _ text: @escaping () -> String) {
        if events.count < Self.length {
            events.append((now, text))
        } else {
            events[next] = (now, text)
            next = (next + 1) % Self.length
        }
    }

    var lines: [String] {
        (events[next...] + events[..<next]).map { "  \(TrueTime.text($0.at)) \($0.text())" }
    }
}
