import Base
import JSON

/// The texts of the server, with names, types and order as the document prints them.
enum ServerMessage {
    /// Of a request that was carried out.
    static func success(_ requestID: String) -> [UInt8] {
        answer(requestID, .success, "SUCCESS") { _ in }
    }

    static func refusal(_ fault: RequestFault) -> [UInt8] {
        answer(fault.requestID, fault.code, fault.message) { _ in }
    }

    /// One page of all subscribed `devices`.
    static func devices(_ devices: [String], page: Page, _ requestID: String) -> [UInt8] {
        answer(requestID, .success, "SUCCESS") { writer in
            writer.key("data")
            writer.beginObject()
            writer.key("total")
            writer.number(devices.count)
            writer.key("pageSize")
            writer.number(page.size)
            writer.key("pageNum")
            writer.number(page.number)
            writer.key("deviceID")
            writer.beginArray()
            for device in page.of(devices) { writer.string(device) }
            writer.endArray()
            writer.endObject()
        }
    }

    static func ping(_ milliseconds: Int64) -> [UInt8] {
        object { writer in
            writer.key("ping")
            writer.number(milliseconds)
        }
    }

    static func pong(_ value: JSONValue) -> [UInt8] {
        object { writer in
            writer.key("pong")
            writer.value(value)
        }
    }

    /// Times in milliseconds since 1970, durations in milliseconds.
    static func event(_ read: DeviceReadEvent) -> [UInt8] {
        let event = read.event
        return object { writer in
            writer.key("readEventType")
            writer.number(event.kind.rawValue)
            writer.key("readEventID")
            writer.string(event.id.digits)
            writer.key("cardTID")
            writer.string(hexadecimal(event.tid).uppercased())
            writer.key("deviceID")
            writer.string(read.device)
            writer.key("firstReadTime")
            writer.number(event.firstRead.milliseconds)
            writer.key("lastReadTime")
            writer.number(event.lastRead.milliseconds)
            writer.key("eventDuration")
            writer.number(event.duration.wholeMilliseconds)
            writer.key("readEventTimeout")
            writer.number(event.timeout.wholeMilliseconds)
            writer.key("isOngoing")
            writer.bool(event.isOngoing)
        }
    }

    private static func answer(
        _ requestID: String, _ code: AnswerCode, _ message: String, _ data: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        object { writer in
            writer.key("responseID")
            writer.string(requestID)
            writer.key("code")
            writer.string(code.rawValue)
            writer.key("msg")
            writer.string(message)
            data(&writer)
        }
    }

    private static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        members(&writer)
        writer.endObject()
        return writer.bytes
    }
}

extension UniqueID {
    /// 32 lower-case digits without hyphens, as the document's samples have them.
    fileprivate var digits: String { String(description.filter { $0 != "-" }) }
}
