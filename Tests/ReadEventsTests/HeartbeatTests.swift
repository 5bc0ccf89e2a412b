import Testing

@testable import ReadEvents

@Suite("Heartbeat")
struct HeartbeatTests {
    @Test("a connection that does not answer a ping within a minute is closed")
    func noPong() {
        var interface = Interface()
        interface.open(1)
        interface.wait(.seconds(119))
        #expect(interface.taken(1) == [#"{"ping":1674119546000}"#])
        interface.wait(.seconds(1))
        #expect(interface.taken(1) == ["close 1008"])
        #expect(interface.service.connectionCount == 0)
        #expect(interface.service.nextDeadline == nil)
    }

    @Test(
        "a pong is taken as a number in any notation, or as a string",
        arguments: ["1674119546000", "1674119546000.0", "1.674119546e12", "\"1674119546000\""])
    func pongNotation(value: String) {
        var interface = Interface()
        interface.open(1)
        interface.wait(.seconds(60))
        _ = interface.taken(1)
        #expect(interface.ask(1, #"{"pong":\#(value)}"#) == [])
        interface.wait(.seconds(60))
        #expect(interface.taken(1) == [#"{"ping":1674119606000}"#])
    }

    @Test("a pong with another value does not count", arguments: ["1674119546001", "null", "true", "\"\"", "[]", "1.5"])
    func wrongPong(value: String) {
        var interface = Interface()
        interface.open(1)
        interface.wait(.seconds(60))
        _ = interface.taken(1)
        #expect(interface.ask(1, #"{"pong":\#(value)}"#) == [])
        interface.wait(.seconds(60))
        #expect(interface.taken(1) == ["close 1008"])
    }

    @Test("a pong nobody asked for harms nothing", arguments: ["1674119546000", "null"])
    func unaskedPong(value: String) {
        var interface = Interface()
        interface.open(1)
        #expect(interface.ask(1, #"{"pong":\#(value)}"#) == [])
        interface.wait(.seconds(60))
        #expect(interface.taken(1).count == 1)
    }

    @Test("each connection has its own minute, and those that are due together share one text")
    func shared() {
        var interface = Interface()
        interface.open(1, 2)
        interface.wait(.seconds(10))
        interface.open(3)
        interface.wait(.seconds(50))
        #expect(interface.lastOutputs == [.send(Array(#"{"ping":1674119546000}"#.utf8), to: [1, 2])])
        interface.wait(.seconds(10))
        #expect(interface.taken(3) == [#"{"ping":1674119556000}"#])
    }

    @Test("traffic alone is no pong")
    func traffic() {
        var interface = Interface()
        interface.open(1)
        for _ in 0..<119 {
            interface.wait(.seconds(1))
            _ = interface.ask(1, Samples.ping)
        }
        interface.wait(.seconds(1))
        #expect(interface.taken(1) == ["close 1008"])
    }

    @Test("connections that come and go leave no trace")
    func churn() {
        var interface = Interface()
        interface.open(0)
        for id: ClientID in 1...10_000 {
            interface.open(id)
            interface.feed(.closed(id))
        }
        interface.wait(.seconds(60))
        #expect(interface.lastOutputs.count == 1)
        #expect(interface.taken(0).count == 1)
    }
}
