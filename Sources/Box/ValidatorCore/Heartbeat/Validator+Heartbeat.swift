import Base
import Fares
import PlatformAPI

/// The heartbeat: where the bus is, and what the platform wants (section 3.1, readings 9 and 13).
extension Validator {
    mutating func heartbeatIfDue(at moment: Moment) {
        guard nextHeartbeat <= moment.instant else { return }
        // From the planned time, so that the beat does not drift; beats missed while suspended are not made up for.
        let interval = heartbeatInterval(at: moment.instant)
        nextHeartbeat = nextHeartbeat + interval
        if nextHeartbeat <= moment.instant { nextHeartbeat = moment.instant + interval }
        if let now = clock.vouched(at: moment) { usedTickets.forget(expiredAt: now) }

        let record = PositionRecord(
            requestID: newID(at: moment), stamp: stamp(at: moment), position: position(at: moment.instant))
        guard !isHeartbeatInFlight else {
            keepForLater(record)
            return
        }
        isHeartbeatInFlight = true
        _ = send(.heartbeat(heartbeat(of: record, at: moment)), as: record.requestID, for: .heartbeat(record))
    }

    public func isParked(at now: Instant) -> Bool { parking.isParked(at: now) }

    func heartbeatInterval(at now: Instant) -> Duration {
        isParked(at: now) ? max(reportInterval, parkedInterval) : reportInterval
    }

    /// A bus that is no longer parked says so at once.
    mutating func changeParking(at now: Instant, _ change: (inout ParkingWatch) -> Void) {
        let wasParked = isParked(at: now)
        change(&parking)
        guard wasParked, !isParked(at: now), parkedInterval > reportInterval else { return }
        nextHeartbeat = min(nextHeartbeat, now)
    }

    /// A late position says the box's present modes and versions; only its own time and place are old.
    func heartbeat(of record: PositionRecord, at moment: Moment) -> PlatformRequest.Heartbeat {
        PlatformRequest.Heartbeat(
            time: wall(of: record.stamp, at: moment), position: record.position, modes: state.modes, versions: versions)
    }

    mutating func finishHeartbeat(
        _ record: PositionRecord, _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment
    ) {
        isHeartbeatInFlight = false
        switch result {
        case .failure(let failure) where failure.isOfLink: break
        case .failure, .success: isHeartbeatAnswered = true
        }
        guard case .success(.heartbeat(let reply)) = result else {
            keepForLater(record)
            return
        }
        guard reply.verdict.code == 0, let content = reply.content else {
            complain(
                "platform refuses the heartbeat: \(reply.verdict.code) \(reply.verdict.message); is device.id registered?",
                at: moment.instant)
            keepForLater(record)
            return
        }
        hasHeartbeatSucceeded = true
        latePositions.reset()
        if let time = content.serverTime { clock.learn(time, from: .server, at: moment.instant) }
        var next = state
        next.modes = content.modes
        next.enterpriseID = content.enterpriseID ?? state.enterpriseID
        next.window = content.window.map {
            ServiceWindow(start: $0.start, end: $0.end, learned: clock.reading(at: moment).wall)
        }
        state = next
        saveStateIfChanged()
        plan.learn(content.versions)
    }

    /// That a window was confirmed again is no reason to write to a flash disk every five seconds; a tenth of its bound is.
    mutating func saveStateIfChanged() {
        if let window = state.window, let saved = savedState.window, window.start == saved.start, window.end == saved.end,
            window.learned - saved.learned < policy.checkWindowMaximumAge / 10
        {
            var same = state
            same.window = saved
            guard same != savedState else { return }
        }
        guard state != savedState else { return }
        savedState = state
        effects.append(.saveState(state))
    }

    private mutating func keepForLater(_ record: PositionRecord) {
        guard policy.latePositions == .send, latePositions.keeps(record.position, at: record.stamp.instant) else { return }
        effects.append(.outbox(.position(record)))
        uploads.noteStored()
    }

    /// The true time of a record, if it was made in this boot before anybody vouched for the time and somebody does now.
    func wall(of stamp: Stamp, at moment: Moment) -> WallTime {
        let (now, source) = clock.reading(at: moment)
        guard stamp.source < .server, stamp.source < source, stamp.boot == policy.boot else { return stamp.wall }
        return now - (moment.instant - stamp.instant)
    }
}
