import Fares
import JSON

/// Requests that are kept as they came, because nothing could be made of them.
extension DeviceRequest {
    /// Whether it says that a rider has presented something: a log, or the booking of a ride, with whatever stands for a card or a ticket.
    ///
    /// A check that does not say that it is a booking is none: it may be a question, and its answer opens a door.
    public var isRecord: Bool {
        let isTold =
            switch call {
            case .cardLog, .ticketLog: true
            case .cardCheck: fields.optionalText(FieldName.checkMode) == nil || isBooking
            case .ticketCheck: isBooking
            case .heartbeat, .cardList, .lineCardList, .keys, .token: false
            }
        return isTold && presented != nil
    }

    private var isBooking: Bool { (try? fields.checkMode(FieldName.checkMode)) == .offline }

    /// What stands for a card or a ticket, as it was sent; nil where nothing does. Some makers name the card as the lists do.
    public var presented: [UInt8]? {
        let names = [FieldName.card, FieldName.cardNumber]
        let card = names.lazy.compactMap { fields.optionalText($0) }.first.map { Array($0.utf8) }
        let code = scanned.map(TicketReader.code(in:)).flatMap { $0.isEmpty ? nil : $0 }
        return call == .ticketCheck || call == .ticketLog ? code ?? card : card ?? code
    }

    /// The whole body but for what its sender proves himself by: JSON stays JSON, with its numbers as they were written; anything else is
    /// a form, with its values byte by byte. At most three times as long as the body.
    public var bodyWithoutCredentials: [UInt8] { filtered.body }

    /// Reads what `bodyWithoutCredentials` gave.
    /// - Throws: `FieldError` about the field `body` when it is something else.
    public init(call: PlatformCall, kept body: [UInt8]) throws(FieldError) {
        try self.init(call: call, contentType: nil, unbounded: body)
    }

    /// Each value of the body, at whatever depth, that may show a rider's card or ticket.
    public var tellingValues: [[UInt8]] {
        let harmless: Set = [
            FieldName.deviceID, FieldName.requestID, FieldName.time, FieldName.longitude, FieldName.latitude, FieldName.status,
            FieldName.checkMode, FieldName.speed, FieldName.course, FieldName.enterpriseID,
        ]
        return filtered.values.filter { !harmless.contains($0.name) }.map(\.value)
    }

    private var filtered: (body: [UInt8], values: [RequestFields.Field]) {
        switch RequestFields.form(of: body, contentType: contentType) {
        case .fields(let fields):
            let kept = fields.filter { !CredentialFilter.isCredential($0.name) }
            let body = FormEncoding.encode(kept)
            // An empty field keeps the first one from being read as a delimiter of parts.
            return (body.starts(with: "--".utf8) ? [UInt8(ascii: "&")] + body : body, kept)
        case .json(let body):
            var filter = CredentialFilter()
            do throws(JSONError) {
                var tokenizer = JSONTokenizer(.lenient)
                try tokenizer.feed(body, to: &filter)
                try tokenizer.finish(to: &filter)
            } catch {
                preconditionFailure("a body that was read is not JSON: \(error)")
            }
            return (filter.writer.bytes, filter.values)
        }
    }
}
