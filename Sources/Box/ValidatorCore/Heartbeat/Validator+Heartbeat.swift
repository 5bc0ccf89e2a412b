import Base
import Fares
import PlatformAPI

/// The heartbeat: where the bus is, and what the platform wants (section 3.1, readings 9 and 13).
extension Validator {
    mutating func heartbeatIfDue(at moment: Moment, effects: inout [Effect]) {
        guard heartbeats.takeDue(at: moment.instant) else { return }
        if let now = clock.vouched(at: moment) { desk.forgetTickets(expiredAt: now, at: moment.instant) }
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
        guard case .success(.heartbeat(let reply)) = result else {
            // What the platform could not read once it will not read later.
            if case .failure(let failure) = result, failure.isOfLink || failure.isOutage {
                keepForLater(record, effects: &effects)
            }
            return
        }
        guard reply.verdict.code == 0, let orders = reply.orders else {
            return link.complain(
                "platform refuses the heartbeat: \(reply.verdict.code) \(reply.verdict.message.quoted); is device.id registered?",
                at: moment.instant, effects: &effects)
        }
        heartbeats.succeed()
        take(orders, at: moment)
        saveStateIfChanged(effects: &effects)
        downloads.learn(orders.versions)
        tellOddities(orders, at: moment.instant, effects: &effects)
        tellUnloadedLists(at: moment.instant, effects: &effects)
    }

    private mutating func take(_ orders: HeartbeatOrders, at moment: Moment) {
        if let time = orders.serverTime { clock.learn(time, from: .server, at: moment.instant) }
        orders.apply(to: &state.modes)
        state.enterpriseID = orders.enterpriseID ?? state.enterpriseID
        switch orders.hours {
        case .unlimited: state.window = nil
        case .from(let start, let end):
            state.window = ServiceWindow(start: start, end: end, learned: clock.reading(at: moment).wall)
        case nil: break
        }
    }

    /// What was missing or could not be read, each member once a day.
    private mutating func tellOddities(_ orders: HeartbeatOrders, at now: Instant, effects: inout [Effect]) {
        for oddity in orders.oddities where oddities.isDue(oddity.field, "", every: Limits.sameOddity, at: now) {
            effects.tell(
                .warning,
                """
                in the heartbeat's reply, \(oddity); what cannot be read keeps its last value, all else is taken. Ask the platform's \
                operator
                """)
        }
    }

    /// A list that is switched on and was never fetched: why riders are refused, or are not.
    private mutating func tellUnloadedLists(at now: Instant, effects: inout [Effect]) {
        guard state.modes.cardsEnabled || state.modes.ticketsEnabled else { return }
        if state.modes.lineListRequired, !line.isLoaded {
            link.complain(
                """
                is_line_white is 1, but the box has no line list yet: until the first is in force, it refuses nobody. Check \
                line_version_code_all of the heartbeat's reply, and get_line_card_list
                """, about: "line list", at: now, effects: &effects)
        }
        if state.modes.whiteListRequired, !cards.isLoaded {
            link.complain(
                """
                white_mode is 1, but the box has no card list yet: until the first is in force, whoever the box decides on itself \
                is refused. Check version_code_all of the heartbeat's reply, and get_card_list
                """, about: "card list", at: now, effects: &effects)
        }
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
