import Base
import HubDomain
import PlatformAPI

extension StoreRow {
    public static func row(_ forward: Forward) -> [StoreValue] {
        [
            .integer(forward.id), .text(forward.key.deviceID), .text(forward.key.call.rawValue), .text(forward.key.requestID),
            .blob(forward.fields), .integer(forward.received.milliseconds), .integer(forward.isBacklog ? 1 : 0),
            .integer(forward.state.rawValue), .integer(Int64(forward.refusals)), .integer(forward.mayBeDouble ? 1 : 0),
            StoreValue(forward.answer.map { Int64($0.code) }), StoreValue(forward.answer?.message),
            StoreValue(forward.answer.map { Int64($0.soundNumber) }), StoreValue(forward.answer?.received.milliseconds),
        ]
    }

    public static func forward(_ row: [StoreValue]) -> Forward {
        let key = ForwardKey(
            deviceID: row[1].text ?? "", call: row[2].text.flatMap(PlatformCall.init) ?? .cardLog, requestID: row[3].text ?? "")
        var forward = Forward(
            key, fields: row[4].blob ?? [], received: WallTime(milliseconds: row[5].integer ?? 0), isBacklog: row[6].integer == 1,
            state: row[7].integer.flatMap(Forward.State.init) ?? .refused)
        forward.id = row[0].integer ?? 0
        forward.refusals = Int(row[8].integer ?? 0)
        forward.mayBeDouble = row[9].integer == 1
        if let code = row[10].integer, let received = row[13].integer {
            forward.answer = PlatformAnswer(
                code: Int(code), message: row[11].text ?? "", soundNumber: Int(row[12].integer ?? 0),
                received: WallTime(milliseconds: received))
        }
        return forward
    }

    static func row(_ identity: UpstreamIdentity, id: Int64) -> [StoreValue] {
        [
            .integer(id), .text(identity.deviceID), .text(identity.upstreamID), .integer(identity.since.milliseconds),
            StoreValue(identity.until?.milliseconds),
        ]
    }

    public static func identity(_ row: [StoreValue]) -> UpstreamIdentity {
        UpstreamIdentity(
            deviceID: row[1].text ?? "", upstreamID: row[2].text ?? "", since: WallTime(milliseconds: row[3].integer ?? 0),
            until: row[4].integer.map { WallTime(milliseconds: $0) })
    }

    public static func row(_ document: StoredDocument) -> [StoreValue] {
        [.text(document.name), .blob(document.body), .integer(document.changed.milliseconds)]
    }

    public static func document(_ row: [StoreValue]) -> StoredDocument {
        StoredDocument(
            name: row[0].text ?? "", body: row[1].blob ?? [], changed: WallTime(milliseconds: row[2].integer ?? 0))
    }
}
