import Base
import Fares
import JSON

/// A box's request as the platform side reads it.
public struct DeviceRequest: Sendable {
    /// A request is a few hundred bytes; a long ticket makes it a few thousand.
    public static let maximumBodyBytes = 65536

    public let call: PlatformCall
    private let fields: Fields

    /// Reads a JSON body, or a form when `contentType` says so. Unknown fields are kept, see `subscript`.
    /// - Throws: `FieldError` about the field `body` when it is neither.
    public init(call: PlatformCall, contentType: String?, body: [UInt8]) throws(FieldError) {
        self.call = call
        guard body.count <= Self.maximumBodyBytes else {
            throw FieldError(field: "body", problem: "is longer than \(Self.maximumBodyBytes) bytes")
        }
        var fields = Fields()
        if contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false {
            for (name, value) in FormEncoding.decode(body) { fields[name] = value }
        } else {
            for member in try Self.members(of: body) { fields[member.key] = Self.text(member.value) }
        }
        self.fields = fields
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

    /// What the request says. Positions are in whatever coordinates the box was told to send.
    /// - Parameter timeZone: The zone of its times, which may be in either format.
    /// - Throws: The first field that is missing or wrong.
    public func content(timeZone: any TimeZoneRules) throws(FieldError) -> PlatformRequest.Content {
        if call != .keys { _ = try required(FieldName.deviceID) }
        switch call {
        case .heartbeat:
            _ = try softwareVersion()
            return .heartbeat(
                PlatformRequest.Heartbeat(
                    time: try time(timeZone), position: try position(), modes: try fields.modes(),
                    versions: try fields.listVersions()))
        case .cardCheck:
            // The document names 1 as the default although it calls the field necessary.
            let mode = try fields.optionalText(FieldName.checkMode) == nil ? .offline : fields.checkMode(FieldName.checkMode)
            return .check(.card(try card()), mode, position: try position(), time: try time(timeZone))
        case .ticketCheck:
            let mode = try fields.checkMode(FieldName.checkMode)
            return .check(.ticket(try ticket()), mode, position: try position(), time: try time(timeZone))
        case .cardLog:
            return .log(.card(try card()), status: try status(), position: try position(), time: try time(timeZone))
        case .ticketLog:
            return .log(.ticket(try ticket()), status: try status(), position: try position(), time: try time(timeZone))
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
        let text = try fields.text(FieldName.ticket)
        guard !text.isEmpty else { throw .missing(FieldName.ticket) }
        return Array(text.utf8)
    }

    private func status() throws(FieldError) -> Int {
        let status = try fields.integer(FieldName.status, default: 0)
        guard (0...2).contains(status) else { throw .wrong(FieldName.status, String(status), "0, 1 or 2") }
        return status
    }

    private func position() throws(FieldError) -> Position? {
        guard let latitude = try number(FieldName.latitude, -90...90),
            let longitude = try number(FieldName.longitude, -180...180)
        else { return nil }
        return Position(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: try number(FieldName.speed, 0...1000),
            course: try number(FieldName.course, 0...360))
    }

    private func number(_ name: String, _ range: ClosedRange<Double>) throws(FieldError) -> Double? {
        guard let text = fields.optionalText(name) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw .wrong(name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func members(of body: [UInt8]) throws(FieldError) -> [JSONObject.Member] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: body, rules: .lenient, maximumBytes: maximumBodyBytes)
        } catch {
            throw FieldError(field: "body", problem: "is not JSON: \(error)")
        }
        guard let object = value.object else { throw FieldError(field: "body", problem: "is not a JSON object") }
        return object.members
    }

    /// Null is as good as empty; what is nested is no field of this interface.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): String(flag)
        case .null: ""
        case .array, .object: nil
        }
    }
}
