import Fares
import JSON

/// The fields of an online check, from which the calls follow that tell the platform of it later.
struct CallFields: Sendable {
    private static let checkMode = "check_mode"
    private static let status = "status"

    private let members: JSONObject

    /// - Parameter fields: as `Forward.fields`, which this hub wrote.
    init(_ fields: [UInt8]) { members = (try? JSONValue(parsing: fields).object) ?? JSONObject() }

    /// Whether both ask about one card or ticket, written alike.
    func isOfSameRider(as other: CallFields) -> Bool {
        ["card_id", "qr_code", "qr_code (hexadecimal)"].allSatisfy { members[$0] == other.members[$0] }
    }

    /// Of a ride that was decided without the platform.
    var ofBooking: [UInt8] {
        var members = members
        members[Self.checkMode] = .int(CheckMode.offline.rawValue)
        return JSONValue.object(members).bytes
    }

    func ofLog(status: Int) -> [UInt8] {
        var members = members
        members[Self.checkMode] = nil
        members[Self.status] = .int(status)
        return JSONValue.object(members).bytes
    }
}
