import Base
import Fares
import HubDomain
import PlatformAPI

extension Subject {
    /// As records hold it: the card number, or the ticket as it was scanned.
    var text: String {
        switch self {
        case .card(let card): card.description
        case .ticket(let payload): String(decoding: payload, as: UTF8.self)
        }
    }
}

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

    /// Stores a check, booking or log, and gives what the device is answered: an online check is decided once, and the same
    /// request again is answered the same.
    /// - Throws: A `Refusal` when the `req_id` was used for something else; or when something could not be read or stored.
    @discardableResult
    func settle(
        _ record: TapRecord, of subject: Subject, from device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> Reason {
        let settlement = try settlement(of: record, subject, from: device, in: database, at: now)
        switch settlement.change {
        case .insert(let record):
            try database.records.insert(record)
            note(record)
        case .count, .book:
            try database.records.countDuplicate(of: record)
            if settlement.change == .book { try database.records.book(record) }
            log(.debug, "duplicate call=\(record.call.rawValue) device=\(record.deviceID) req_id=\(record.requestID)")
        }
        if settlement.isRide { try use(subject, in: database, at: now) }
        return settlement.answer
    }

    private func settlement(
        of record: TapRecord, _ subject: Subject, from device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> TapSettlement {
        let earlier = try database.records.find(deviceID: record.deviceID, call: record.call, requestID: record.requestID)
        if let earlier { return try TapSettlement(repeated: record, of: earlier) }
        guard record.checkMode == .online else { return TapSettlement(new: record, decision: nil) }
        let check = try onlineCheck(of: subject, by: device, in: database, at: now)
        return TapSettlement(new: record, decision: check.reason(under: policy, at: now))
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
            case .success(let sealed):
                presented = .ticket(
                    sealed.ticket, isUsed: try database.usedTickets.contains(sealed),
                    try standing(of: sealed.ticket.card, for: device, in: database))
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

    private func read(
        _ payload: [UInt8], in database: HubDatabase, at now: WallTime
    ) throws -> Result<SealedTicket, TicketFault> {
        let ring = try database.keys.ring()
        return codec.read(payload, keys: { ring.keys(id: $0, at: now) })
    }

    /// Remembers a single ride that was taken, so that no other device is told that it is good.
    private func use(_ subject: Subject, in database: HubDatabase, at now: WallTime) throws {
        guard case .ticket(let payload) = subject, case .success(let sealed) = try read(payload, in: database, at: now),
            sealed.ticket.kind == .singleRide
        else { return }
        try database.usedTickets.insert(sealed, expires: sealed.ticket.end + policy.ticketSkew)
    }

    private func note(_ record: TapRecord) {
        let mode = record.checkMode.map { $0 == .online ? "online" : "booking" } ?? "log"
        log(
            .info,
            """
            record call=\(record.call.rawValue) kind=\(mode) device=\(record.deviceID) subject=\(shown(record.subject)) \
            status=\(record.status) reason=\(record.reason?.rawValue ?? "-") req_id=\(record.requestID)
            """)
    }

    /// A subject as the log may show it: a ticket is as good as a ride, a card number names a person.
    private func shown(_ subject: String) -> String {
        (policy.masksCards ? subject.masked : String(subject.unicodeScalars.prefix(64))).printable
    }
}
