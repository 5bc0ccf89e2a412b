import Base
import Fares

/// A box's request as the platform side reads it.
public struct DeviceRequest: Sendable {
    /// A request is a few hundred bytes; a long ticket makes it a few thousand.
    public static let maximumBodyBytes = 65536

    public let call: PlatformCall
    let fields: Fields
    /// `qr_code` as it was scanned, which may be no UTF-8.
    let scanned: [UInt8]?
    /// As it came in.
    let body: [UInt8]
    let contentType: String?

    /// Reads a JSON body or a form, whatever `contentType` calls it. Unknown fields are kept, see `subscript`.
    /// - Throws: `FieldError` about the field `body` when it is neither.
    public init(call: PlatformCall, contentType: String?, body: [UInt8]) throws(FieldError) {
        guard body.count <= Self.maximumBodyBytes else {
            throw FieldError(field: "body", problem: "is longer than \(Self.maximumBodyBytes) bytes")
        }
        try self.init(call: call, contentType: contentType, unbounded: body)
    }

    /// - Parameter body: of whatever length.
    init(call: PlatformCall, contentType: String?, unbounded body: [UInt8]) throws(FieldError) {
        (self.call, self.contentType, self.body) = (call, contentType, body)
        var fields = Fields()
        var scanned: [UInt8]?
        for (name, value) in try RequestFields.read(body, contentType: contentType) {
            fields[name] = String(decoding: value, as: UTF8.self)
            if name == FieldName.ticket { scanned = value }
        }
        self.fields = fields
        self.scanned = scanned
    }

    /// The text of any field, a number as it was written; nil when it is missing.
    public subscript(name: String) -> String? { fields[name] }

    /// `req_id`, optional in every call.
    public var requestID: String? { fields.optionalText(FieldName.requestID) }

    /// `device_id`; in `get_qrcode_keys` the token alone tells who asks.
    public var deviceID: String? { fields.optionalText(FieldName.deviceID) }

    /// `token` of the calls that fetch something.
    public var token: String? { fields.optionalText(FieldName.token) }

    /// `software_ver` of a heartbeat.
    public func softwareVersion() throws(FieldError) -> Int { try fields.integer(FieldName.softwareVersion) }

    /// What the request says. Positions are in whatever coordinates the box was told to send; what of one is no place, speed or
    /// course is as good as missing.
    /// - Parameter timeZone: The zone of its times, but for those that name one.
    /// - Throws: The first field that is necessary and missing or wrong.
    public func content(timeZone: any TimeZoneRules) throws(FieldError) -> PlatformRequest.Content {
        if call != .keys { _ = try required(FieldName.deviceID) }
        switch call {
        case .heartbeat:
            _ = try softwareVersion()
            return .heartbeat(
                PlatformRequest.Heartbeat(
                    time: try time(timeZone), position: position, modes: try fields.modes(),
                    versions: try fields.listVersions()))
        case .cardCheck:
            // The document names 1 as the default although it calls the field necessary.
            let mode = try fields.optionalText(FieldName.checkMode) == nil ? .offline : fields.checkMode(FieldName.checkMode)
            return .check(.card(try card()), mode, position: position, time: try time(timeZone))
        case .ticketCheck:
            let mode = try fields.checkMode(FieldName.checkMode)
            return .check(.ticket(try ticket()), mode, position: position, time: try time(timeZone))
        case .cardLog:
            return .log(.card(try card()), status: try status(), position: position, time: try time(timeZone))
        case .ticketLog:
            return .log(.ticket(try ticket()), status: try status(), position: position, time: try time(timeZone))
        case .cardList:
            let (token, enterpriseID) = (try required(FieldName.token), fields.optionalText(FieldName.enterpriseID))
            switch ListType(rawValue: try fields.integer(FieldName.listType)) {
            case .full: return .fullCardList(token: token, enterpriseID: enterpriseID)
            case .increment: return .cardIncrement(token: token, enterpriseID: enterpriseID)
            case nil: throw .wrong(FieldName.listType, try fields.text(FieldName.listType), "1 (full) or 2 (increment)")
            }
        case .lineCardList:
            return .lineCardList(
                token: try required(FieldName.token), enterpriseID: fields.optionalText(FieldName.enterpriseID))
        case .keys: return .keys(token: try required(FieldName.token))
        case .token: return .token
        }
    }

    private func required(_ name: String) throws(FieldError) -> String {
        guard let text = fields.optionalText(name) else { throw .missing(name) }
        return text
    }

    private func time(_ timeZone: any TimeZoneRules) throws(FieldError) -> WallTime {
        let text = try required(FieldName.time)
        guard let time = timeZone.wall(text) else {
            throw .wrong(FieldName.time, text, "yyyy-MM-dd HH:mm:ss or yyMMddHHmmss")
        }
        return time
    }

    private func card() throws(FieldError) -> CardNumber {
        let text = try required(FieldName.card)
        guard let card = CardNumber(written: text.utf8) else {
            throw .wrong(FieldName.card, text, "1 to \(CardNumber.maximumDigits) hexadecimal digits")
        }
        return card
    }

    private func ticket() throws(FieldError) -> [UInt8] {
        guard let code = scanned.map(TicketReader.code(in:)), !code.isEmpty else { throw .missing(FieldName.ticket) }
        return code
    }

    private func status() throws(FieldError) -> Int {
        let status = try fields.integer(FieldName.status, default: 0)
        guard (0...2).contains(status) else { throw .wrong(FieldName.status, String(status), "0, 1 or 2") }
        return status
    }

    private var position: Position? {
        guard let latitude = number(FieldName.latitude), let longitude = number(FieldName.longitude) else { return nil }
        return Position(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: number(FieldName.speed),
            course: number(FieldName.course)
        ).plausible
    }

    /// Decimal only: `Double` reads hexadecimal, infinite and what is no number too.
    private func number(_ name: String) -> Double? {
        guard let text = fields.optionalText(name), text.utf8.allSatisfy("0123456789+-.eE".utf8.contains) else { return nil }
        return Double(text)
    }
}
