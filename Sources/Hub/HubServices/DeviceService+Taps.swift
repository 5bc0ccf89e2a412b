import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// Checks, bookings and logs.
extension DeviceService {
    func tap(
        _ request: DeviceRequest, _ subject: Subject, status: Int, mode: CheckMode?, time: WallTime, position: Position?,
        at now: WallTime
    ) -> PendingRequest.Tap {
        tap(
            TapRecord(
                deviceID: request.deviceID ?? "", call: request.call, requestID: requestID(request, at: now),
                subject: subject.text, status: status, checkMode: mode, reason: nil, time: time, position: position,
                received: now), of: subject)
    }

    /// A record with what is known of it before the store is asked.
    func tap(_ record: TapRecord, of subject: Subject) -> PendingRequest.Tap {
        var record = record
        // Taken all the same, and put aside by its reason.
        if subject.isTooLong { record.reason = .malformedTicket }
        var ticket: Ticket?
        // A card number is written in one way only.
        var otherTexts: [String] = []
        if case .ticket(let payload) = subject {
            ticket = tickets.unverified(payload)
            otherTexts = Subject.otherTexts(for: record.subject)
        }
        let name = record.subject
        let query = RecordQuery(record, otherTexts: otherTexts, pseudonym: pseudonyms?.name(for: name))
        return PendingRequest.Tap(record: record, subject: subject, query: query, ticket: ticket)
    }

    /// Keeps a check, booking or log, and gives what the device is answered. The same request again is kept once.
    /// - Parameter call: by which a booking or log goes on to a platform behind the hub, where it is new.
    @discardableResult
    func settle(
        _ tap: PendingRequest.Tap, forwarding call: ForwardedCall? = nil, from device: Device, in facts: inout StoreFacts,
        _ notes: inout [DeviceOutcome.Note], at now: WallTime
    ) -> Reason {
        let earlier = facts.find(tap.query)
        let decision =
            tap.record.checkMode == .online
            ? onlineCheck(of: tap.subject, repeating: earlier?.record, by: device, in: facts, at: now)
                .reason(under: policy, at: now) : nil
        let settlement = TapSettlement(tap.record, repeating: earlier?.record, decision: decision)
        if let call, settlement.isNews { keep(call, of: tap, repeating: earlier?.record, in: &facts) }
        keep(settlement, of: tap, at: earlier?.place, in: &facts, &notes)
        return settlement.answer
    }

    /// Does what a settlement says.
    /// - Parameter place: of the record that the tap repeats.
    func keep(
        _ settlement: TapSettlement, of tap: PendingRequest.Tap, at place: StoreFacts.RecordPlace?, in facts: inout StoreFacts,
        _ notes: inout [DeviceOutcome.Note]
    ) {
        facts.apply(settlement.change, at: place)
        if case .insert(let record) = settlement.change { notes.append(.record(record)) }
        if let place { notes.append(.duplicate(place)) }
        if settlement.isRide { use(tap, in: &facts) }
    }

    // MARK: Facts

    /// What the facts say of a rider whom `device` asks about.
    /// - Parameter earlier: the record of the same request, if it is a repetition.
    func onlineCheck(
        of subject: Subject, repeating earlier: TapRecord? = nil, by device: Device, in facts: StoreFacts, at now: WallTime
    ) -> OnlineCheck {
        let presented = presented(subject, repeating: earlier, by: facts.keys.ring, in: facts, at: now) {
            facts.standing(of: $0, line: device.line)
        }
        return OnlineCheck(settings: device.settings(over: policy.defaults), presented: presented)
    }

    /// What a rider shows, by whatever keys and lists.
    /// - Parameter keys: asked of a ticket only; a card's facts are without them.
    func presented(
        _ subject: Subject, repeating earlier: TapRecord?, by keys: @autoclosure () -> KeyRing, in facts: StoreFacts,
        at now: WallTime,
        standing: (CardNumber) -> CardStanding
    ) -> RideDecision.Presented {
        switch subject {
        case .card(let card): return .card(standing(card))
        case .ticket(let payload):
            switch read(payload, by: keys(), at: now) {
            case .success(let ticket):
                // A single ride that the same request used up is still its own.
                return .ticket(isUsed: earlier?.reason != .ok && facts.isUsed(ticket.name), standing(ticket.card))
            case .failure(let fault): return .badTicket(fault)
            }
        }
    }

    /// - Parameter time: nil where a ride is booked that was good when it was taken.
    func read(_ payload: [UInt8], by ring: KeyRing, at time: WallTime?) -> Result<Ticket, TicketFault> {
        // A copy: what it finds out about certificates lasts for this request, so that requests share nothing that changes.
        var reader = tickets
        return reader.check(
            payload,
            under: TicketCircumstances(
                keys: ring, roots: policy.roots, timeForStart: time, timeForEnd: time, skew: policy.tickets.skew))
    }

    /// Remembers a single ride that was taken, so that no other device is told that it is good.
    private func use(_ tap: PendingRequest.Tap, in facts: inout StoreFacts) {
        let ring = upstream.map { $0.keys(of: tap.record.deviceID) ?? KeyRing() }
        guard case .ticket(let payload) = tap.subject,
            case .success(let ticket) = read(payload, by: ring ?? facts.keys.ring, at: nil),
            let used = ticket.whenUsed(skew: policy.tickets.skew)
        else { return }
        facts.use(used)
    }
}
