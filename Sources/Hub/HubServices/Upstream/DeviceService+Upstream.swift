import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// What a hub in front of a platform does with a device's request: it answers at once what it can, keeps for the platform what must reach it,
/// and asks it what only the platform knows. No transaction waits for the platform.
extension DeviceService {
    /// A heartbeat that says how it was so long ago is no state any more.
    static let stateAge = Duration.seconds(60)
    /// By how much the lateness of heartbeats varies that come as they are made; what was kept and comes at once varies by more.
    static let steadyLateness = Duration.seconds(2)
    /// A tap that was so long ago goes up behind what happens now.
    static let backlogAge = Duration.seconds(300)

    static let platformAway = Refusal(.platformAway, "the platform does not answer")
    static let queueFull = Refusal(
        .unavailable, "as many calls wait for the platform as may (upstream.max_waiting): send it again later")

    /// A heartbeat, check or log as it goes on.
    func forwarded(_ pending: PendingRequest) -> ForwardedCall? {
        guard let deviceID = pending.deviceID else { return nil }
        switch pending.content {
        case .success(.heartbeat), .success(.check), .success(.log): break
        default: return nil
        }
        let id = pending.tap?.record.requestID ?? requestID(pending.request, at: pending.now)
        let key = ForwardKey(deviceID: deviceID, call: pending.request.call, requestID: id)
        return ForwardedCall(key, fields: pending.request.forwardedFields)
    }

    // MARK: Lists and keys

    func list(_ content: PlatformRequest.Content, of deviceID: String, from upstream: any Upstream) throws(Refusal)
        -> DeviceAnswer
    {
        guard let enterprise = upstream.enterprise(of: deviceID) else { throw Self.platformAway }
        let selection: ListSelection =
            switch content {
            case .fullCardList: .enterpriseCards(enterpriseID: enterprise)
            case .cardIncrement: .enterpriseIncrement(enterpriseID: enterprise)
            default: .deviceLine(deviceID: deviceID)
            }
        return .list(selection, enterpriseID: enterprise)
    }

    /// - Parameter deviceID: nil where a token of all devices asks and names none.
    func keys(of deviceID: String?, from upstream: any Upstream) throws(Refusal) -> KeyGroup {
        guard let deviceID else {
            throw Refusal(.invalidField, "device_id is needed, by which the hub knows whose keys are wanted")
        }
        guard let group = upstream.keys(of: deviceID)?.current else { throw Self.platformAway }
        return group
    }

    // MARK: Heartbeats

    /// Answers what the platform last said, and has it told the device's state. What is too old to be one goes up as a position, or not at all.
    /// - Parameter device: as it was before this heartbeat.
    func handOn(
        _ heartbeat: PlatformRequest.Heartbeat, of device: Device, _ pending: PendingRequest, to upstream: any Upstream,
        in facts: inout StoreFacts, _ errand: inout DeviceOutcome.Errand?
    ) -> DeviceAnswer {
        guard let call = pending.forwarded else { preconditionFailure("a heartbeat is handed on") }
        let now = pending.now
        guard var orders = upstream.orders(of: device.id, at: now) else {
            errand = .orders(call)
            return .refused(Self.platformAway)
        }
        var versions = announce(to: device.id, { upstream.list($0, of: device.id) }, in: &facts, at: now)
        versions.keys = orders.versions.keys
        orders.versions = versions
        if isState(heartbeat.time, of: device, at: now) {
            errand = .report(call)
        } else if policy.upstream.latePositions == .send, heartbeat.position != nil, facts.forward(call.key) == nil,
            !upstream.isFull
        {
            facts.keep(Forward(call.key, fields: call.fields, received: now, isBacklog: true))
            errand = .wake
        }
        return .heartbeat(orders)
    }

    /// Whether a heartbeat tells how its device is now. One that is always late by the same time has a clock that is slow: to drop what it says
    /// would hide it from the platform.
    private func isState(_ time: WallTime, of device: Device, at now: WallTime) -> Bool {
        guard let newest = device.reportedTime, newest <= now else { return now - time <= Self.stateAge }
        guard time.seconds >= newest.seconds else { return false }
        let lateness = device.lastHeartbeat.map { (now - time) - ($0 - newest) } ?? now - time
        return now - time <= Self.stateAge || (.zero - Self.steadyLateness...Self.steadyLateness).contains(lateness)
    }

    // MARK: Checks, bookings and logs

    func handOn(
        _ tap: PendingRequest.Tap, _ pending: PendingRequest, to upstream: any Upstream, in facts: inout StoreFacts,
        _ notes: inout [DeviceOutcome.Note], _ errand: inout DeviceOutcome.Errand?
    ) throws(Refusal) -> DeviceAnswer {
        guard let call = pending.forwarded else { preconditionFailure("a check or log is handed on") }
        let earlier = facts.find(tap.query)
        guard tap.record.checkMode == .online else {
            let settlement = TapSettlement(tap.record, repeating: earlier?.record, decision: nil)
            if settlement.isNews {
                guard !upstream.isFull else { throw Self.queueFull }
                keep(call, of: tap, repeating: earlier?.record, in: &facts)
                errand = .wake
            }
            keep(settlement, of: tap, at: earlier?.place, in: &facts, &notes)
            return tap.record.checkMode == nil ? .logged : .checked(settlement.answer, soundNumber: 0)
        }
        if let earlier, earlier.record.checkMode == .offline {
            keep(
                TapSettlement(tap.record, repeating: earlier.record, decision: .ok), of: tap, at: earlier.place, in: &facts,
                &notes)
            return .checked(.ok, soundNumber: policy.sounds[.ok] ?? 0)
        }
        if let answer = answer(to: call, isKnown: earlier != nil, in: facts) {
            let settlement = TapSettlement(tap.record, repeating: earlier?.record, decision: answer.reason)
            keep(settlement, of: tap, at: earlier?.place, in: &facts, &notes)
            return .relayed(answer)
        }
        errand = .check(call)
        return .refused(Self.platformAway)
    }

    /// What the platform has answered to a check already; nil: it has not, or to another one under the same `req_id`.
    /// - Parameter isKnown: whether there is a record of the check, which there is not where the answer came too late.
    private func answer(to call: ForwardedCall, isKnown: Bool, in facts: StoreFacts) -> PlatformAnswer? {
        guard let forward = facts.forward(call.key), forward.state == .answered else { return nil }
        let isSame =
            isKnown ? CallFields(forward.fields).isOfSameRider(as: CallFields(call.fields)) : forward.fields == call.fields
        return isSame ? forward.answer : nil
    }

    /// Keeps a booking or log for the platform.
    func keep(
        _ call: ForwardedCall, of tap: PendingRequest.Tap, repeating earlier: TapRecord?, in facts: inout StoreFacts
    ) {
        let record = tap.record
        var forward = Forward(
            call.key, fields: call.fields, received: record.received,
            isBacklog: record.received - record.time > Self.backlogAge)
        // The platform let the rider on, and its answer came too late for the box, which books the ride as its own.
        forward.mayBeDouble = earlier.map { $0.checkMode == .online && $0.reason == .ok } ?? false
        if let known = facts.forward(call.key) {
            let isSameRider = CallFields(known.fields).isOfSameRider(as: CallFields(call.fields))
            switch (known.state, earlier) {
            case (.answered, _):
                (forward.id, forward.answer) = (known.id, known.answer)
                forward.mayBeDouble = earlier != nil || known.mayBeDouble
            // The same ride is on its way already.
            case (_, _?) where isSameRider: return
            // Another ride, of a device that gives one `req_id` to several.
            case (_, _): forward.key.requestID = newRequestID(at: record.received)
            }
        }
        facts.keep(forward)
    }
}

extension TapSettlement {
    /// Whether it tells of something that was not told before.
    var isNews: Bool {
        switch change {
        case .insert, .book, .decide: true
        case .count: false
        }
    }
}
