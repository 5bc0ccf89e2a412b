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

    /// `card_check` and `ticket_check`. A booking is a ride that took place: it is always taken. An online check is decided
    /// here, once: the same request again is answered the same.
    func check(
        _ record: TapRecord, _ subject: Subject, _ device: Device, _ writer: ReplyWriter,
        in database: HubDatabase, at now: WallTime
    ) throws -> [UInt8] {
        if let earlier = try earlier(record, in: database) {
            // The answer to an online check did not reach the device in time, and it decided by itself.
            let isBookedNow = record.checkMode == .offline && earlier.checkMode == .online
            if isBookedNow {
                try database.records.book(earlier)
                try use(subject, in: database, at: now)
            }
            return checked(earlier.checkMode == .offline || isBookedNow ? .ok : earlier.reason ?? .ok, writer)
        }
        var record = record
        if record.checkMode == .online {
            let reason = try reason(for: subject, device, in: database, at: now)
            record.reason = reason
            record.status = reason.logStatus
        }
        try database.records.insert(record)
        if record.status == 0 { try use(subject, in: database, at: now) }
        note(record)
        return checked(record.reason ?? .ok, writer)
    }

    /// `card_check_log` and `offline_qrcode_log`.
    func log(
        _ record: TapRecord, _ subject: Subject, _ writer: ReplyWriter, in database: HubDatabase, at now: WallTime
    ) throws -> [UInt8] {
        if try earlier(record, in: database) == nil {
            try database.records.insert(record)
            if record.status == 0 { try use(subject, in: database, at: now) }
            note(record)
        }
        return writer.verdict(.init(code: 0, message: Reason.ok.message))
    }

    /// The record that came under this `req_id` before, counted as come again.
    private func earlier(_ record: TapRecord, in database: HubDatabase) throws -> TapRecord? {
        guard
            let earlier = try database.records.find(
                deviceID: record.deviceID, call: record.call, requestID: record.requestID)
        else { return nil }
        guard earlier.subject == record.subject else {
            throw Refusal(.requestIDReused, "req_id \(record.requestID) was used before for another card or ticket")
        }
        try database.records.countDuplicate(of: earlier)
        logger.debug("duplicate call=\(record.call.rawValue) device=\(record.deviceID) req_id=\(record.requestID)")
        return earlier
    }

    private func checked(_ reason: Reason, _ writer: ReplyWriter) -> [UInt8] {
        writer.check(
            PlatformReply.CheckReply(
                verdict: .init(code: ReturnCode(reason).rawValue, message: reason.message),
                soundNumber: policy.sounds[reason] ?? 0))
    }

    // MARK: Decisions

    private func reason(
        for subject: Subject, _ device: Device, in database: HubDatabase, at now: WallTime
    ) throws -> Reason {
        let settings = device.settings(over: policy.defaults)
        switch subject {
        case .card(let card):
            guard settings.modes.cardsEnabled else { return .functionOff }
            return try reason(for: card, device, settings, in: database, at: now)
        case .ticket(let payload):
            guard settings.modes.ticketsEnabled else { return .functionOff }
            switch try read(payload, in: database, at: now) {
            case .failure(.malformed): return .malformedTicket
            case .failure(.unknownKey): return .unknownKey
            case .failure(.forged): return .forgedTicket
            case .success(let sealed):
                if now + policy.ticketSkew < sealed.ticket.start { return .ticketNotYetValid }
                if now > sealed.ticket.end + policy.ticketSkew { return .ticketExpired }
                if try database.usedTickets.contains(sealed) { return .ticketUsed }
                return try reason(for: sealed.ticket.card, device, settings, in: database, at: now)
            }
        }
    }

    /// Deny beats allow, in the order in which a box decides.
    private func reason(
        for card: CardNumber, _ device: Device, _ settings: DeviceSettings, in database: HubDatabase, at now: WallTime
    ) throws -> Reason {
        let isListed = try database.cards.isListed(card)
        if isListed == false { return .blocked }
        if settings.modes.whiteListRequired, isListed == nil { return .notOnWhiteList }
        if settings.modes.lineListRequired {
            let isOnLine = try device.line.map { try database.cards.isListed(card, onLine: $0) } ?? false
            if !isOnLine { return .notOnLineList }
        }
        if let window = settings.window, !window.contains(now, zone: policy.zone) { return .notInServiceHours }
        return .ok
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
        logger.info(
            """
            record call=\(record.call.rawValue) kind=\(mode) device=\(record.deviceID) subject=\(shown(record.subject)) \
            status=\(record.status) reason=\(record.reason?.rawValue ?? "-") req_id=\(record.requestID)
            """)
    }

    /// A subject as the log may show it: a ticket is as good as a ride, a card number names a person.
    private func shown(_ subject: String) -> String {
        guard !policy.masksCards else { return printable("****" + subject.suffix(subject.count > 4 ? 4 : 1)) }
        return printable(String(subject.unicodeScalars.prefix(64)))
    }
}
