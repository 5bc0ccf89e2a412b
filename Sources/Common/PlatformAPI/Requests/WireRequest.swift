import Base
import Fares

/// A request as HTTP wants it; the method is always POST.
public struct WireRequest: Hashable, Sendable {
    public var url: String
    public var contentType: String
    public var body: [UInt8]
}

extension WireFormat {
    public func encode(_ request: PlatformRequest) -> WireRequest {
        var fields = RequestBody()
        fields.string(FieldName.requestID, request.requestID.description)
        switch request.content {
        case .heartbeat(let heartbeat):
            add(heartbeat, to: &fields)
        case .check(let subject, let mode, let position, let time):
            fields.int(FieldName.checkMode, mode.rawValue)
            add(subject, position: position, time: time, to: &fields)
        case .log(let subject, let status, let position, let time):
            add(subject, position: position, time: time, to: &fields)
            fields.string(FieldName.status, String(status))
        case .fullCardList(let token, let enterpriseID):
            addListRequest(token: token, enterpriseID: enterpriseID, to: &fields)
            fields.int(FieldName.listType, ListType.full.rawValue)
        case .cardIncrement(let token, let enterpriseID):
            addListRequest(token: token, enterpriseID: enterpriseID, to: &fields)
            fields.int(FieldName.listType, ListType.increment.rawValue)
        case .lineCardList(let token, let enterpriseID):
            addListRequest(token: token, enterpriseID: enterpriseID, to: &fields)
        case .keys(let token):
            fields.string(FieldName.token, token)
        case .token:
            fields.string(FieldName.deviceID, deviceID)
            fields.string(tokenCall.applicationIDField, tokenCall.applicationID)
            fields.string(tokenCall.secretField, tokenCall.secret)
        }
        return wireRequest(PlatformCall(request.content), fields)
    }

    func wireRequest(_ call: PlatformCall, _ fields: RequestBody) -> WireRequest {
        let url = url(call)
        return switch body {
        case .json: WireRequest(url: url, contentType: "application/json", body: fields.json)
        case .form: WireRequest(url: url, contentType: "application/x-www-form-urlencoded", body: fields.form)
        }
    }

    private func add(_ heartbeat: PlatformRequest.Heartbeat, to fields: inout RequestBody) {
        fields.string(FieldName.deviceID, deviceID)
        fields.string(FieldName.time, text(heartbeat.time))
        add(heartbeat.position, to: &fields)
        fields.optional(FieldName.course, heartbeat.position?.course.flatMap(courseText))
        fields.optional(
            FieldName.speed, heartbeat.position?.speedKilometresPerHour.flatMap { fixedPoint($0, decimals: 1) })
        let (modes, versions) = (heartbeat.modes, heartbeat.versions)
        fields.int(FieldName.ticketCheckMode, modes.ticketCheck.rawValue)
        fields.int(FieldName.cardCheckMode, modes.cardCheck.rawValue)
        fields.int(FieldName.ticketsEnabled, modes.ticketsEnabled ? 1 : 0)
        fields.int(FieldName.cardsEnabled, modes.cardsEnabled ? 1 : 0)
        fields.int(FieldName.whiteListRequired, modes.whiteListRequired ? 1 : 0)
        fields.string(FieldName.cardVersion, versions.cards)
        fields.string(FieldName.cardIncrementVersion, versions.cardIncrement)
        fields.int(FieldName.softwareVersion, softwareVersion)
        fields.string(FieldName.lineCardVersion, versions.lineCards)
        fields.int(FieldName.lineListRequired, modes.lineListRequired ? 1 : 0)
    }

    private func add(_ subject: Subject, position: Position?, time: WallTime, to fields: inout RequestBody) {
        fields.string(FieldName.deviceID, deviceID)
        switch subject {
        case .card(let card): fields.string(FieldName.card, card.description)
        case .ticket(let scanned): fields.string(FieldName.ticket, text(ofCode: scanned))
        }
        add(position, to: &fields)
        fields.string(FieldName.time, text(time))
    }

    /// A scanned text untouched; of other bytes a text that any form can carry.
    func text(ofCode scanned: [UInt8]) -> String {
        if let text = String(scannedCode: scanned) { return text }
        return switch binaryTicket {
        case .hex: hexadecimal(scanned)
        case .base64: base64(scanned)
        }
    }

    private func addListRequest(token: String, enterpriseID: String?, to fields: inout RequestBody) {
        fields.optional(FieldName.enterpriseID, enterpriseID)
        fields.string(FieldName.token, token)
        fields.string(FieldName.deviceID, deviceID)
    }

    private func add(_ position: Position?, to fields: inout RequestBody) {
        guard let position else { return }
        let place = coordinates.convert(latitude: position.latitude, longitude: position.longitude)
        guard let latitude = fixedPoint(place.latitude, decimals: 6), let longitude = fixedPoint(place.longitude, decimals: 6)
        else { return }
        fields.string(FieldName.longitude, longitude)
        fields.string(FieldName.latitude, latitude)
    }

    /// Rounding must not turn a course a little west of north into 360.
    private func courseText(_ course: Double) -> String? {
        fixedPoint(course, decimals: 1).map { $0 == "360.0" ? "0.0" : $0 }
    }
}
