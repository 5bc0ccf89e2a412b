import Foundation
import JSON
import TestSupport
import Testing

@Suite("Read events, from the card to a subscriber", .timeLimit(.minutes(10)))
struct ReadEventTests {
    private static let card = "04A2B3C4D5E680"
    private static let token = "a-token/of+no~particular:form=="

    /// A box whose reader only observes, and which serves read events to those who have the token.
    private func withBox(_ body: (LiveBox) async throws -> Void) async throws {
        let folder = TemporaryFolder()
        let tokens = try folder.write("tokens", "# of the tests\n\(Self.token)\n")
        var options = LiveBox.Options()
        options.reader = "role = \"observe\"\nread_event_timeout_ms = 3000"
        options.management = """
            read_events_listen = "127.0.0.1:0"
            read_events_tokens_file = "\(tokens)"
            """
        try await LiveBox.run(baseURL: "http://127.0.0.1:9/nobody", in: folder, options) { box in
            try await box.start()
            try await body(box)
        }
    }

    /// Where the box listens since its `start`th start, as its log tells.
    private func url(of box: LiveBox, start: Int = 1) async throws -> String {
        try await eventually("it says where it serves read events") {
            let places = box.log.matches(of: /read events: listening on (ws:\S+)/)
            return places.count < start ? nil : places.last.map { String($0.1) }
        }
    }

    private func client(
        _ kind: ReadEventClient.Kind, _ box: LiveBox, token: String = token, start: Int = 1
    ) async throws -> ReadEventClient {
        try await ReadEventClient(kind, try await url(of: box, start: start), token: token, folder: box.folder)
    }

    @Test("a card's visit begins and ends, and a client of any kind is told", arguments: ReadEventClient.Kind.allCases)
    func visit(kind: ReadEventClient.Kind) async throws {
        try await withBox { box in
            let client = try await client(kind, box)
            #expect(try await client.next() == "open")
            try await client.subscribe(["reader0"])
            let before = Date.now.timeIntervalSince1970 * 1000
            try await box.play("card reader0 \(Self.card)")
            let first = try await client.nextText()
            try await box.play("wait 1s\nremove reader0")
            let last = try await client.nextText()

            #expect(first["readEventType"] == 0)
            #expect(first["cardTID"] == .string(Self.card))
            #expect(first["deviceID"] == "reader0")
            #expect(first["eventDuration"] == 0)
            #expect(first["readEventTimeout"] == 3000)
            #expect(first["isOngoing"] == true)
            #expect(first["firstReadTime"] == first["lastReadTime"])
            #expect(abs(Double(try #require(first["firstReadTime"]?.int)) - before) < 60_000)
            #expect(first["readEventID"]?.string?.count == 32)

            #expect(last["readEventType"] == 1)
            #expect(last["readEventID"] == first["readEventID"])
            #expect(last["firstReadTime"] == first["firstReadTime"])
            #expect(last["isOngoing"] == false)
            let duration = try #require(last["eventDuration"]?.int)
            #expect(duration >= 200)
            #expect(try #require(last["lastReadTime"]?.int) - #require(last["firstReadTime"]?.int) == duration)
        }
    }

    @Test("a query lists the box's readers, and either side's ping is answered")
    func queryAndPing() async throws {
        try await withBox { box in
            let client = try await client(.raw, box)
            #expect(try await client.next() == "open")
            try await client.subscribe([])
            try client.send(#"{"responseID": "q1", "requestType": 2}"#)
            let answer = try await client.nextText()
            #expect(answer["data"] == ["total": 1, "pageSize": 10, "pageNum": 1, "deviceID": ["reader0"]])
            try client.send(#"{"ping": 1674119546000}"#)
            #expect(try await client.next() == #"{"pong":1674119546000}"#)
            try client.send("rubbish")
            #expect(try await client.nextText()["code"] == "1001")
        }
    }

    @Test("a wrong token is refused with 401, another path with 404", arguments: ReadEventClient.Kind.allCases)
    func refused(kind: ReadEventClient.Kind) async throws {
        try await withBox { box in
            #expect(try await client(kind, box, token: "wrong").next() == "refused 401")
            let elsewhere = try await url(of: box).replacing("readEventsBydeviceID", with: "other")
            let client = try await ReadEventClient(kind, elsewhere, token: Self.token, folder: box.folder)
            #expect(try await client.next() == "refused 404")
        }
    }

    @Test("a restart closes what was open; who connects afterwards is told, then of what begins anew")
    func restart() async throws {
        try await withBox { box in
            let before = try await client(.raw, box)
            #expect(try await before.next() == "open")
            try await before.subscribe([])
            try await box.play("card reader0 \(Self.card)")
            let open = try await before.nextText()
            try await box.play("stop validatord\nremove reader0")
            #expect(try await before.next().hasPrefix("closed"))

            try await box.start()
            let after = try await client(.raw, box, start: 2)
            #expect(try await after.next() == "open")
            try await after.subscribe(["reader0"])
            let closed = try await after.nextText()
            #expect(closed["readEventType"] == 1)
            #expect(closed["readEventID"] == open["readEventID"])
            #expect(closed["firstReadTime"] == open["firstReadTime"])
            #expect(closed["isOngoing"] == false)

            try await box.play("card reader0 \(Self.card)")
            let anew = try await after.nextText()
            #expect(anew["readEventType"] == 0)
            #expect(anew["readEventID"] != open["readEventID"])
        }
    }

    @Test("on SIGHUP the tokens are read again: who came with one that is gone must come again, and is refused")
    func reload() async throws {
        try await withBox { box in
            let client = try await client(.raw, box)
            #expect(try await client.next() == "open")
            try Data("another-token-of-twenty\n".utf8).write(to: box.folder.appending(path: "tokens"))
            let number = try String(contentsOf: box.folder.appending(path: "validatord.pid"), encoding: .utf8)
            kill(try #require(Int32(number.trimmingCharacters(in: .whitespacesAndNewlines))), SIGHUP)
            #expect(try await client.next() == "closed 1008")
            #expect(try await self.client(.raw, box).next() == "refused 401")
            #expect(try await self.client(.raw, box, token: "another-token-of-twenty").next() == "open")
        }
    }
}
