import Base
import Fares
import JSON

/// Writes the platform side's replies, with the types that the document's tables give.
public struct ReplyWriter: Sendable {
    /// `req_id` of the request, repeated.
    public var requestID: String?
    public var timeZone: any TimeZoneRules
    /// The token call's names can be configured.
    public var tokenCall: WireFormat.TokenCall

    public init(requestID: String?, timeZone: any TimeZoneRules, tokenCall: WireFormat.TokenCall = .init()) {
        self.requestID = requestID
        self.timeZone = timeZone
        self.tokenCall = tokenCall
    }

    /// A reply to any call that says no more than its code: every refusal, and the log calls.
    public func verdict(_ verdict: PlatformReply.Verdict) -> [UInt8] {
        reply(verdict) { _ in }
    }

    /// Section 3.1. Without a server time, `server_time` is empty, as are the window's ends without a window.
    public func heartbeat(_ content: PlatformReply.HeartbeatReply.Content, message: String = "成功") -> [UInt8] {
        reply(.init(code: 0, message: message)) { writer in
            let (modes, versions) = (content.modes, content.versions)
            if let enterpriseID = content.enterpriseID { writer.field(FieldName.enterpriseID, enterpriseID) }
            writer.field(FieldName.serverTime, text(content.serverTime, .compact))
            writer.field(FieldName.keyVersion, versions.keys)
            writer.field(FieldName.ticketCheckMode, modes.ticketCheck.rawValue)
            writer.field(FieldName.cardCheckMode, modes.cardCheck.rawValue)
            writer.field(FieldName.ticketsEnabled, modes.ticketsEnabled ? 1 : 0)
            writer.field(FieldName.cardsEnabled, modes.cardsEnabled ? 1 : 0)
            writer.field(FieldName.whiteListRequired, modes.whiteListRequired ? 1 : 0)
            writer.field(FieldName.cardVersion, versions.cards)
            writer.field(FieldName.cardIncrementVersion, versions.cardIncrement)
            writer.field(FieldName.lineCardVersion, versions.lineCards)
            writer.field(FieldName.lineListRequired, modes.lineListRequired ? 1 : 0)
            writer.field(FieldName.windowStart, text(content.window?.start, .datetime))
            writer.field(FieldName.windowEnd, text(content.window?.end, .datetime))
        }
    }

    /// Sections 4.2 and 5.3.
    public func check(_ check: PlatformReply.CheckReply) -> [UInt8] {
        reply(check.verdict) { writer in writer.field(FieldName.soundNumber, check.soundNumber) }
    }

    /// Section 5.2, and our member for what is revoked, which other devices pass over.
    public func keys(_ group: KeyGroup, message: String = "成功") -> [UInt8] {
        reply(.init(code: 0, message: message)) { writer in
            writer.field(FieldName.keyVersion, group.version)
            if let revoked = group.revokedVersion { writer.field(FieldName.revokedKeyVersion, revoked) }
            writer.key(FieldName.list)
            writer.beginArray()
            for key in group.keys {
                writer.beginObject()
                writer.field(FieldName.keyID, Int(key.id))
                writer.field(FieldName.key, key.text)
                writer.endObject()
            }
            writer.endArray()
        }
    }

    /// The token call, which the document does not print.
    public func token(_ token: PlatformReply.Token, message: String = "成功") -> [UInt8] {
        reply(.init(code: 0, message: message)) { writer in
            writer.field(tokenCall.tokenField, token.text)
            writer.field(tokenCall.expiresInField, token.expiresInSeconds)
        }
    }

    private func reply(_ verdict: PlatformReply.Verdict, _ rest: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.header(requestID: requestID, verdict)
        rest(&writer)
        writer.endObject()
        return writer.bytes
    }

    private func text(_ time: WallTime?, _ format: TimeFormat) -> String {
        time.map { format.text(timeZone.civil($0)) } ?? ""
    }
}

extension JSONWriter {
    mutating func field(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    mutating func field(_ name: String, _ integer: Int) {
        key(name)
        number(integer)
    }

    mutating func header(requestID: String?, _ verdict: PlatformReply.Verdict) {
        if let requestID { field(FieldName.requestID, requestID) }
        field(FieldName.returnCode, verdict.code)
        field(FieldName.returnMessage, verdict.message)
    }
}
