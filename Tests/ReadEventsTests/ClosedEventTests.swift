import Testing

@testable import ReadEvents

@Suite("Events that a restart has closed")
struct ClosedEventTests {
    private func closed(_ device: String, _ id: UInt64 = 1) -> DeviceReadEvent {
        Interface.read(at: device, .readTimeout, id: id)
    }

    @Test("who subscribes afterwards is told, once, after the answer")
    func toldOnce() throws {
        var interface = Interface()
        interface.feed(.closedByRestart([closed("a", 1), closed("b", 2), closed("a", 3)]))
        interface.open(1)
        let request = #"{"requestID":"r","requestType":1,"deviceID":["a"]}"#
        let told = interface.ask(1, request)
        #expect(told.count == 3)
        #expect(told.first?.hasPrefix(#"{"responseID":"r","code":"0""#) == true)
        #expect(told.dropFirst().allSatisfy { $0.contains(#""deviceID":"a""#) })
        #expect(interface.ask(1, request).count == 1)
        _ = try interface.request(1, 0, ["a"])
        #expect(interface.ask(1, request).count == 1)
        #expect(interface.ask(1, #"{"requestID":"r","requestType":1}"#).count == 2)
    }

    @Test("who has subscribed before is told at once, and not again")
    func toldAtOnce() throws {
        var interface = Interface()
        interface.open(1)
        _ = try interface.request(1, 1)
        interface.feed(.closedByRestart([closed("a")]))
        #expect(interface.taken(1).count == 1)
        #expect(interface.ask(1, #"{"requestID":"r","requestType":1,"deviceID":["a"]}"#).count == 1)
    }

    @Test("they are kept for ten minutes")
    func expiry() throws {
        var interface = Interface()
        interface.feed(.closedByRestart([closed("a")]))
        interface.wait(.seconds(599))
        interface.open(1)
        #expect(interface.ask(1, #"{"requestID":"r","requestType":1}"#).count == 2)
        interface.wait(.seconds(1))
        interface.open(2)
        #expect(interface.ask(2, #"{"requestID":"r","requestType":1}"#).count == 1)
    }

    @Test("of too many, the latest are kept")
    func bounded() {
        var limits = ReadEventService.Limits()
        limits.closedEvents = 2
        var interface = Interface(limits: limits)
        interface.feed(.closedByRestart([closed("a"), closed("b"), closed("c")]))
        interface.open(1)
        let told = interface.ask(1, #"{"requestID":"r","requestType":1}"#).dropFirst()
        #expect(told.count == 2 && told.allSatisfy { !$0.contains(#""deviceID":"a""#) })
    }
}
