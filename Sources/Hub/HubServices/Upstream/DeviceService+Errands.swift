import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// What the platform is asked, and what is made of its answer or of its silence.
extension DeviceService {
    /// - Parameter arrived: when the request came in, from which the platform's time counts.
    /// - Returns: what the device is answered; nil where that is known already.
    func run(
        _ errand: DeviceOutcome.Errand, for pending: PendingRequest, by queue: RequestQueue, to upstream: any Upstream,
        arrived: Instant
    ) async throws -> DeviceAnswer? {
        let deadline = arrived + policy.upstream.onlineTimeout
        switch errand {
        case .wake:
            if let deviceID = pending.deviceID { upstream.wake(deviceID) }
            return nil
        case .report(let call):
            upstream.report(call, at: pending.now)
            return nil
        case .orders(let call): return await upstream.firstOrders(call, until: deadline).map { .heartbeat($0) }
        case .check(let call):
            switch await upstream.check(call, until: deadline) {
            case .answered(let answer):
                try await keep(answer, to: call, for: pending, by: queue)
                return .relayed(answer)
            case .away(let why):
                log(.debug, "check not answered by the platform device=\(call.key.deviceID.logField): \(why)")
                guard policy.upstream.whenAway == .hub else { return nil }
                return try await decide(call, for: pending, by: queue, under: upstream)
            }
        }
    }

    // MARK: The platform's word

    private func keep(
        _ answer: PlatformAnswer, to call: ForwardedCall, for pending: PendingRequest, by queue: RequestQueue
    ) async throws {
        guard let tap = pending.tap else { preconditionFailure("a check was asked") }
        let notes = try await queue.run(
            { wanted in
                tap.wantRecord(&wanted)
                wanted.forward(call.key)
            },
            { [self] facts in
                var notes: [DeviceOutcome.Note] = []
                let earlier = facts.find(tap.query)
                let settlement = TapSettlement(tap.record, repeating: earlier?.record, decision: answer.reason)
                keep(settlement, of: tap, at: earlier?.place, in: &facts, &notes)
                facts.keep(Forward(answer, to: call, over: facts.forward(call.key)))
                return notes
            })
        tell(notes, of: pending.request)
    }

    // MARK: The hub's own, while the platform is away

    private func decide(
        _ call: ForwardedCall, for pending: PendingRequest, by queue: RequestQueue, under upstream: any Upstream
    ) async throws -> DeviceAnswer {
        guard let tap = pending.tap else { preconditionFailure("a check was asked") }
        guard let hub = OwnDecision(of: call.key.deviceID, under: upstream, at: pending.now), hub.canDecide(tap.subject) else {
            return .refused(Self.platformAway)
        }
        let result = try await queue.run(
            { wanted in
                tap.wantRecord(&wanted)
                wanted.forward(call.key)
                hub.want(tap, &wanted)
            },
            { [self] facts -> Result<(Reason, [DeviceOutcome.Note]), Refusal> in
                let earlier = facts.find(tap.query)
                let presented = presented(
                    tap.subject, repeating: earlier?.record, by: hub.keys, in: facts, at: pending.now
                ) { hub.standing(of: $0, in: facts) }
                var settlement = TapSettlement(
                    tap.record, repeating: earlier?.record, decision: hub.reason(for: presented, at: pending.now))
                var notes: [DeviceOutcome.Note] = []
                if settlement.isNews {
                    guard !upstream.isFull else { return .failure(Self.queueFull) }
                    keepOwnDecision(settlement.answer, on: call, tap, repeating: earlier?.record, in: &facts)
                    // The hub has booked the ride, which the box will not do after such an answer.
                    if case .insert(var record) = settlement.change, settlement.answer == .ok {
                        record.checkMode = .offline
                        settlement.change = .insert(record)
                    }
                }
                keep(settlement, of: tap, at: earlier?.place, in: &facts, &notes)
                return .success((settlement.answer, notes))
            })
        switch result {
        case .failure(let refusal): return .refused(refusal)
        case .success((let reason, let notes)):
            tell(notes, of: pending.request)
            upstream.wake(call.key.deviceID)
            return .checked(reason, soundNumber: policy.sounds[reason] ?? 0)
        }
    }

    /// What a box tells of a ride that it decided by itself: a log, and a booking where the rider was let on.
    private func keepOwnDecision(
        _ reason: Reason, on call: ForwardedCall, _ tap: PendingRequest.Tap, repeating earlier: TapRecord?,
        in facts: inout StoreFacts
    ) {
        let fields = CallFields(call.fields)
        if reason == .ok {
            keep(ForwardedCall(call.key, fields: fields.ofBooking), of: tap, repeating: earlier, in: &facts)
        }
        let key = ForwardKey(
            deviceID: call.key.deviceID, call: tap.record.call == .cardCheck ? .cardLog : .ticketLog,
            requestID: newRequestID(at: tap.record.received))
        facts.keep(Forward(key, fields: fields.ofLog(status: reason.logStatus), received: tap.record.received))
    }
}
