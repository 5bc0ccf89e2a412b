import Base
import JSON
import PlatformAPI
import Testing

@Suite("A device's request, sent on to another platform")
struct ForwardingTests {
    private func forwarded(
        _ call: PlatformCall, _ body: [UInt8], type: String = "application/json", _ format: WireFormat = makeFormat()
    ) throws -> WireRequest {
        let request = try DeviceRequest(call: call, contentType: type, body: body)
        return try format.encode(forwarding: request.forwardedFields, of: call, as: "req-1", from: "PLATFORM-7")
    }

    @Test("says what it said, under the same req_id and the receiver's name of the device")
    func sameFields() throws {
        let body =
            #"{"req_id":"req-1","device_id":"VLD0001","card_id":"00065537","check_mode":"1","time":"230803074500","shift":7}"#
        let sent = try forwarded(.cardCheck, Array(body.utf8))
        let object = try JSONValue(parsing: sent.body)
        #expect(sent.url.hasSuffix("/card_check"))
        #expect(object["req_id"] == "req-1")
        #expect(object["device_id"] == "PLATFORM-7")
        #expect(object["card_id"] == "00065537")
        // Neither time nor place is written anew.
        #expect(object["time"] == "230803074500")
        // The document's whole numbers are numbers; another maker's field stays.
        #expect(object["check_mode"] == 1)
        #expect(object["shift"] == "7")
    }

    @Test("holds nothing that proves who the device is")
    func noCredentials() throws {
        let body =
            #"{"device_id":"d","token":"t","app_id":"a","secret":"s","SECRET":"s","access_token":"s","Authorization":"s","api_key":"s","pwd":"s","sign":"s","version_code_all":"5"}"#
        let object = try JSONValue(parsing: try forwarded(.heartbeat, Array(body.utf8)).body)
        #expect(object.object?.members.map(\.key) == ["req_id", "device_id", "version_code_all"])
    }

    @Test("has a code that is no text as that platform wants it, from whatever body", arguments: WireFormat.BinaryTicket.allCases)
    func binaryCode(kind: WireFormat.BinaryTicket) throws {
        let format = makeFormat { $0.binaryTicket = kind }
        let form = "device_id=d&qr_code=%FF%00%01&check_mode=0&time=230803074500"
        let sent = try forwarded(.ticketCheck, Array(form.utf8), type: "application/x-www-form-urlencoded", format)
        #expect(try JSONValue(parsing: sent.body)["qr_code"] == (kind == .hex ? "ff0001" : "/wAB"))
    }

    @Test("is a form where the platform takes forms, texts of any script included")
    func form() throws {
        let format = makeFormat { $0.body = .form }
        let body = #"{"device_id":"d","card_id":"1","driver":"张三 & 李四"}"#
        let sent = try forwarded(.cardLog, Array(body.utf8), format)
        #expect(sent.contentType == "application/x-www-form-urlencoded")
        let read = try DeviceRequest(call: .cardLog, contentType: sent.contentType, body: sent.body)
        #expect(read["driver"] == "张三 & 李四")
        #expect(read.requestID == "req-1" && read.deviceID == "PLATFORM-7")
    }

    @Test("is nothing where what was kept is no object")
    func brokenFields() {
        #expect(throws: FieldError.self) {
            try makeFormat().encode(forwarding: Array("[1".utf8), of: .cardLog, as: "r", from: "d")
        }
    }
}

@Suite("An exchange without a usable reply")
struct ExchangeFailureTests {
    @Test(
        "may have been acted on where the request may have arrived and nothing says that it was not taken",
        arguments: [
            (ExchangeFailure(.connection, "refused"), false), (ExchangeFailure(.undecodable, "cut"), true),
            (ExchangeFailure(.status, "bad gateway", status: 502), true), (ExchangeFailure(.status, "busy", status: 503), false),
            (ExchangeFailure(.status, "too large", status: 413), false),
        ])
    func mayHaveActed(failure: ExchangeFailure, expected: Bool) {
        #expect(failure.mayHaveActed == expected)
        var arrived = failure
        arrived.mayHaveArrived = true
        #expect(arrived.mayHaveActed == (expected || failure.kind == .connection))
    }
}
