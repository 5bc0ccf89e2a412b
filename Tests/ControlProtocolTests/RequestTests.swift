import Base
import ControlProtocol
import Fares
import JSON
import Testing

@Suite("requests of the control protocol")
struct RequestTests {
    /// One of each command, and of each kind of arguments.
    static let all: [ControlRequest] = [
        .status, .lists, .keys, .gps, .readers, .probes, .platform, .outbox, .taps(LatestRange(limit: 5, after: 7)),
        .log(LatestRange()), .refusedRecords(RecordRange(.positions, after: 9, limit: 2)), .storedRecords(RecordRange(.taps)),
        .retryRefused, .markCollected(.positions, [RecordReference(row: 5, id: UniqueID(high: 1, low: 2))]), .returnCollected,
        .identity, .carriage(digest: nil), .carriage(digest: String(repeating: "0f", count: 32)),
        .handOver(HandoverRequest(file: "x.identity", checksum: "00ff", lastTap: 7, lastPosition: 0)),
        .set(key: "log.level", value: "debug"), .synchronise(.line, full: true), .synchronise(nil, full: false), .startSelfTest,
        .selfTestResult, .explainTicket([0, 0xFF], at: nil), .explainTicket([7], at: WallTime(milliseconds: 1_700_000_000_123)),
        .scannedTicket(scanner: 2), .restart, .audit(.wrongPIN, detail: "failures=3"),
    ]

    @Test("every command is among the samples")
    func complete() {
        #expect(Set(Self.all.map(\.name)) == Set(ControlRequest.Name.allCases))
    }

    @Test("a request is read as it was written", arguments: all)
    func roundTrip(request: ControlRequest) throws {
        #expect(request.line.last == UInt8(ascii: "\n"))
        #expect(try ControlRequest(line: Array(request.line.dropLast())) == request)
    }

    @Test("a request is written as the document says")
    func layout() {
        func text(_ request: ControlRequest) -> String { String(decoding: request.line, as: UTF8.self) }
        #expect(text(.gps) == "{\"command\":\"gps\"}\n")
        #expect(text(.taps(LatestRange(limit: 5))) == "{\"command\":\"taps\",\"limit\":5,\"after\":0}\n")
        #expect(text(.synchronise(nil, full: false)) == "{\"command\":\"sync\",\"full\":false}\n")
    }

    @Test(
        "an answer is read as it was written",
        arguments: [
            ControlAnswer.result(["x": 1]), .result(nil), .failure(ControlError(.badArgument, "limit must be a whole number")),
        ])
    func answers(answer: ControlAnswer) throws {
        #expect(try ControlAnswer(line: Array(answer.line.dropLast()), maximumBytes: 1000) == answer)
    }

    @Test("of an answer's failure the code may be a later release's; what is no answer is none")
    func strangeAnswers() throws {
        func answer(_ text: String) throws -> ControlAnswer? { try ControlAnswer(line: Array(text.utf8), maximumBytes: 1000) }
        #expect(
            try answer(#"{"ok":false,"error":{"code":"tired","text":"come back later"}}"#)
                == .failure(ControlError(.failed, "come back later")))
        for text in ["{}", "[]", #"{"ok":true}"#, #"{"ok":false,"error":{}}"#] { #expect(try answer(text) == nil, "\(text)") }
        #expect(throws: JSONError.self) { try answer("nonsense") }
    }
}
