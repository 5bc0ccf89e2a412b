import Base

/// The GPS receivers of the bus, and which of their reports say where it is: those of one receiver, until that one has lost its fix.
struct Receivers: Sendable {
    /// What became of a report.
    enum Outcome: Hashable, Sendable {
        /// It is where the bus is, and the time, unless that was told a while ago.
        case counts(Fix)
        /// No fix, one that cannot be, or that of a receiver which is not in use.
        case ignored
        /// The same was reported before, first at the moment named.
        case repeated(since: Instant)
        /// A simulator's, or entered by hand.
        case invented
    }

    fileprivate struct Receiver {
        var heard: Instant
        /// Its reports of one time: gpsd reports an epoch twice or more, and a receiver that is stuck its last one for ever.
        var epoch: [Fix] = []
        var epochBegan: Instant
        /// The last report that can be true, and when it came.
        var fix: (fix: Fix, at: Instant)?
        /// The last report did not say anything else.
        var hasFix = false
        /// A report from too far away, which the next one may confirm.
        var stray: (fix: Fix, at: Instant)?
    }

    private var receivers: [String: Receiver] = [:]
    /// The one in use.
    private var chosen: String?
    /// The last report of any that was no repetition.
    private var last: (fix: Fix, at: Instant)?

    /// Where the bus is; nil when that was not told for so long that it may be elsewhere.
    func fix(at now: Instant) -> (fix: Fix, at: Instant)? {
        guard let chosen, let fix = receivers[chosen]?.fix, now - fix.at <= Limits.fixAge else { return nil }
        return fix
    }

    /// What the receivers say: where the bus is, else the last report of any.
    func report(at now: Instant) -> (fix: Fix, at: Instant)? { fix(at: now) ?? last }

    mutating func take(_ report: Fix, at now: Instant) -> Outcome {
        var receiver = receivers[report.receiver] ?? newReceiver(at: now)
        defer { receivers[report.receiver] = receiver }
        receiver.heard = now
        if let time = report.time {
            if receiver.epoch.first?.time != time { (receiver.epoch, receiver.epochBegan) = ([], now) }
            if receiver.epoch.contains(report) { return .repeated(since: receiver.epochBegan) }
            if receiver.epoch.count == Limits.reportsOfEpoch { receiver.epoch.removeFirst() }
            receiver.epoch.append(report)
        }
        last = (report, now)
        receiver.hasFix = report.quality != .none && !report.isInvented && report.isPossible
        guard receiver.hasFix else { return report.isInvented ? .invented : .ignored }
        guard receiver.confirms(report, at: now) else { return .ignored }
        let fix = report.withoutNoise
        receiver.fix = (fix, now)
        receivers[report.receiver] = receiver
        choose(at: now)
        guard chosen == report.receiver else { return .ignored }
        var counted = fix
        if now - receiver.epochBegan >= Limits.epochLength { counted.time = nil }
        return .counts(counted)
    }

    /// All of them are gone. What they said last is not news when they are back.
    mutating func lose() {
        for name in receivers.keys {
            receivers[name]?.fix = nil
            receivers[name]?.stray = nil
            receivers[name]?.hasFix = false
        }
        (chosen, last) = (nil, nil)
    }

    private mutating func newReceiver(at now: Instant) -> Receiver {
        if receivers.count >= Limits.receivers, let oldest = receivers.min(by: { $0.value.heard < $1.value.heard }) {
            receivers[oldest.key] = nil
        }
        return Receiver(heard: now, epochBegan: now)
    }

    /// Stays with the one in use while that has a fix; else the best is used, and of several that are as good the latest.
    private mutating func choose(at now: Instant) {
        func reports(_ receiver: Receiver) -> (fix: Fix, at: Instant)? {
            guard receiver.hasFix, let fix = receiver.fix, now - fix.at <= Limits.receiverPatience else { return nil }
            return fix
        }
        if let chosen, let receiver = receivers[chosen], reports(receiver) != nil { return }
        let candidates = receivers.compactMap { name, receiver in reports(receiver).map { (name: name, fix: $0) } }
        chosen =
            candidates.max {
                ($0.fix.fix.quality.rawValue, $0.fix.at, $0.name) < ($1.fix.fix.quality.rawValue, $1.fix.at, $1.name)
            }?.name ?? chosen
    }
}

extension Receivers.Receiver {
    /// False for a report from where no bus can have gone since the last one, unless it is the second in a row from there.
    mutating func confirms(_ report: Fix, at now: Instant) -> Bool {
        guard let position = report.position, let known = fix, let from = known.fix.position,
            position.isBeyond(from, after: now - known.at)
        else {
            stray = nil
            return true
        }
        guard let earlier = stray, let other = earlier.fix.position, !position.isBeyond(other, after: now - earlier.at) else {
            stray = (report, now)
            return false
        }
        let isSameEpoch =
            if let time = report.time, let otherTime = earlier.fix.time { time == otherTime } else {
                now - earlier.at < Limits.epochLength
            }
        if !isSameEpoch { stray = nil }
        return !isSameEpoch
    }
}

extension Fix {
    /// A bus may have been there, and the receiver knows where that is.
    fileprivate var isPossible: Bool {
        if let errorMetres, errorMetres > Limits.fixErrorMetres { return false }
        if let speed = position?.speedKilometresPerHour, speed > Limits.fastestKilometresPerHour { return false }
        return true
    }

    /// Below walking pace a receiver's course is noise.
    fileprivate var withoutNoise: Fix {
        var fix = self
        if let speed = position?.speedKilometresPerHour, speed < Limits.walkingPace { fix.position?.course = nil }
        return fix
    }
}

extension Position {
    /// Farther from `other` than a bus gets in that time.
    fileprivate func isBeyond(_ other: Position, after duration: Duration) -> Bool {
        let seconds = Double(max(.zero, duration).wholeMilliseconds) / 1000
        return metres(to: other) > Limits.fixErrorMetres + Limits.fastestKilometresPerHour / 3.6 * seconds
    }
}
