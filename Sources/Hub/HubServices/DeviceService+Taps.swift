import Base
import Fares
import HubDomain
import PlatformAPI

/// Checks, bookings and logs.
extension DeviceService {
    func record(
        _ request: DeviceRequest, _ device: Device, _ subject: Subject, status: Int, mode: CheckMode?, time: WallTime,
        position: Position?, at now: WallTime
    ) -> TapRecord {
        TapRecord(
            deviceID: device.id, call: request.call, requestID: requestID(request, at: now), subject: subject.text,
            status: status, checkMode: mode, reason: nil, time: time, position: position, received: now)
    }

    /// Stores a check, booking or log, and gives what the device is answered. The same request again is stored once.
    /// - Throws: When something could not be read or stored.
    @discardableResult
    func settle(
        _ record: TapRecord, of subject: Subject, from device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> Reason {
        let earlier = try database.records.find(record, pseudonym: pseudonyms?.name(for: record.subject))
        let decision =
            record.checkMode == .online
            ? try decision(on: subject, repeating: earlier?.record, from: device, in: database, at: now) : nil
        let settlement =
            earlier.map { TapSettlement(repeated: record, of: $0.record, decision: decision) }
            ?? TapSettlement(new: record, decision: decision)
        try store(settlement.change, at: earlier?.row, in: database)
        if settlement.isRide { try use(subject, in: database) }
        return settlement.answer
    }

    private func store(_ change: TapSettlement.Change, at row: Int64?, in database: HubDatabase) throws {
        if case .insert(let record) = change {
            try database.records.insert(record)
            note(record)
        }
        guard let row else { return }
        try database.records.countDuplicate(row: row)
        switch change {
        case .insert, .count: break
        case .book: try database.records.book(row: row)
        case .decide(let reason): try database.records.decide(reason, row: row)
        }
        log(.debug, "duplicate record=\(row)")
    }

    /// A single ride that the same request used up is still its own.
    private func decision(
        on subject: Subject, repeating earlier: TapRecord?, from device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> Reason {
        var check = try onlineCheck(of: subject, by: device, in: database, at: now)
        if earlier?.reason == .ok, case .ticket(isUsed: true, let standing) = check.presented {
            check.presented = .ticket(isUsed: false, standing)
        }
        return check.reason(under: policy, at: now)
    }

    // MARK: Facts

    /// What the database says of a rider whom `device` asks about.
    func onlineCheck(
        of subject: Subject, by device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> OnlineCheck {
        let presented: RideDecision.Presented
        switch subject {
        case .card(let card): presented = .card(try standing(of: card, for: device, in: database))
        case .ticket(let payload):
            switch try read(payload, in: database, at: now) {
            case .success(let ticket):
                presented = .ticket(
                    isUsed: try database.usedTickets.contains(ticket),
                    try standing(of: ticket.card, for: device, in: database))
            case .failure(let fault): presented = .badTicket(fault)
            }
        }
        return OnlineCheck(settings: device.settings(over: policy.defaults), presented: presented)
    }

    private func standing(
        of card: CardNumber, for device: Device, in database: HubDatabase
    ) throws -> CardStanding {
        let isListed = try database.cards.isListed(card)
        return CardStanding(
            isBlocked: isListed == false, isOnWhiteList: isListed == true,
            isOnLineList: try device.line.map { try database.cards.isListed(card, onLine: $0) } ?? false)
    }

    /// - Parameter time: nil where a ride is booked that was good when it was taken.
    private func read(
        _ payload: [UInt8], in database: HubDatabase, at time: WallTime?
    ) throws -> Result<Ticket, TicketFault> {
        // A copy: what it finds out about certificates lasts for this request, so that requests share nothing that changes.
        var reader = tickets
        return reader.check(
            payload,
            under: TicketCircumstances(
                keys: try database.keys.ring(), roots: policy.roots, timeForStart: time, timeForEnd: time,
                skew: policy.tickets.skew))
    }

    /// Remembers a single ride that was taken, so that no other device is told that it is good.
    private func use(_ subject: Subject, in database: HubDatabase) throws {
        guard case .ticket(let payload) = subject, case .success(let ticket) = try read(payload, in: database, at: nil),
            let used = ticket.whenUsed(skew: policy.tickets.skew)
        else { return }
        try database.usedTickets.insert(used)
    }

    private func note(_ record: TapRecord) {
        let mode = record.checkMode.map { $0 == .online ? "online" : "booking" } ?? "log"
        log(
            .info,
            """
            record call=\(record.call.rawValue) kind=\(mode) device=\(record.deviceID.logField) subject=\(shown(record.subject)) \
            status=\(record.status) reason=\(record.reason?.rawValue ?? "-") req_id=\(record.requestID.logField)
            """)
    }

    /// A subject as the log may show it: a ticket is as good as a ride, a card number names a person.
    private func shown(_ subject: String) -> String {
        (policy.masksCards ? subject.masked : String(subject.unicodeScalars.prefix(64))).logField
    }
}
