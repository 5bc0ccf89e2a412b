import Base
import Fares
import PlatformAPI

/// The heartbeat: where the bus is, and what the platform wants (section 3.1, readings 9 and 13).
extension Validator {
    mutating func heartbeatIfDue(at moment: Moment, effects: inout [Effect]) {
        guard heartbeats.takeDue(at: moment.instant) else { return }
        if let now = clock.vouched(at: moment) { desk.forgetTickets(expiredAt: now) }
        let record = PositionRecord(
            requestID: newID(at: moment), stamp: stamp(at: moment), position: position(at: moment.instant))
        guard heartbeats.depart() else { return keepForLater(record, effects: &effects) }
        _ = link.send(
            .heartbeat(heartbeat(of: record, at: moment)), as: record.requestID, for: .heartbeat(record), effects: &effects)
    }

    /// By its speed or its ignition.
    public func isParked(at now: Instant) -> Bool { heartbeats.isParked(at: now) }

    /// A late position says the box's present modes and versions; only its own time and place are old.
    func heartbeat(of record: PositionRecord, at moment: Moment) -> PlatformRequest.Heartbeat {
        PlatformRequest.Heartbeat(
            time: wall(of: record.stamp, at: moment), position: record.position, modes: state.modes, versions: versions)
    }

    mutating func finishHeartbeat(
        _ record: PositionRecord, _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment, effects: inout [Effect]
    ) {
        let isSilence = if case .failure(let failure) = result { failure.isOfLink } else { false }
        heartbeats.end(isAnswered: !isSilence)
        guard case .success(.heartbeat(let reply)) = result else { return keepForLater(record, effects: &effects) }
        guard reply.verdict.code == 0, let content = reply.content else {
            link.complain(
                "platform refuses the heartbeat: \(reply.verdict.code) \(reply.verdict.message); is device.id registered?",
                at: moment.instant, effects: &effects)
            return keepForLater(record, effects: &effects)
        }
        heartbeats.succeed()
        if let time = content.serverTime { clock.learn(time, from: .server, at: moment.instant) }
        state.modes = content.modes
        state.enterpriseID = content.enterpriseID ?? state.enterpriseID
        state.window = content.window.map {
            ServiceWindow(start: $0.start, end: $0.end, learned: clock.reading(at: moment).wall)
        }
        saveStateIfChanged(effects: &effects)
        downloads.learn(content.versions)
    }

    /// That a window was confirmed again is no reason to write to a flash disk every five seconds; a tenth of its bound is.
    mutating func saveStateIfChanged(effects: inout [Effect]) {
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

    private mutating func keepForLater(_ record: PositionRecord, effects: inout [Effect]) {
        guard heartbeats.keeps(record) else { return }
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
