import JSON
import Testing

@testable import ReadEvents

@Suite("Subscriptions")
struct SubscriptionTests {
    @Test("a connection is told of the devices that it has subscribed to, and of no others")
    func named() throws {
        var interface = Interface(devices: ["a", "b"])
        interface.open(1, 2, 3)
        #expect(try interface.request(1, 1, ["a"]) == "0")
        #expect(try interface.request(2, 1, ["b"]) == "0")
        #expect(interface.told([1, 2, 3], of: "a") == [1])
        #expect(interface.told([1, 2, 3], of: "b") == [2])
        #expect(try interface.request(1, 1, ["b"]) == "0")
        #expect(interface.told([1, 2, 3], of: "b") == [1, 2])
        #expect(try interface.request(1, 0, ["a"]) == "0")
        #expect(interface.told([1, 2, 3], of: "a") == [])
    }

    @Test("all devices include those that appear later")
    func all() throws {
        var interface = Interface(devices: ["b"])
        interface.open(1)
        #expect(try interface.request(1, 1) == "0")
        #expect(try interface.query(1) == ["b"])
        interface.feed(.devices(["a", "b"]))
        #expect(try interface.query(1) == ["a", "b"])
        #expect(interface.told([1], of: "a") == [1])
    }

    @Test("unsubscribing one while subscribed to all leaves all the others, later ones too")
    func allButOne() throws {
        var interface = Interface(devices: ["a", "b"])
        interface.open(1)
        _ = try interface.request(1, 1)
        _ = try interface.request(1, 0, ["a"])
        interface.feed(.devices(["c"]))
        #expect(try interface.query(1) == ["b", "c"])
        #expect(interface.told([1], of: "a") == [])
        #expect(interface.told([1], of: "c") == [1])
        _ = try interface.request(1, 1, ["a"])
        #expect(try interface.query(1) == ["a", "b", "c"])
    }

    @Test("subscribing to all takes back what was excepted; to one while subscribed to all changes nothing")
    func allAgain() throws {
        var interface = Interface(devices: ["a", "b"])
        interface.open(1)
        _ = try interface.request(1, 1)
        _ = try interface.request(1, 0, ["a"])
        _ = try interface.request(1, 1)
        _ = try interface.request(1, 1, ["b"])
        #expect(try interface.query(1) == ["a", "b"])
        #expect(interface.told([1], of: "a") == [1])
    }

    @Test("unsubscribing all clears the set, named devices or all")
    func none() throws {
        var interface = Interface(devices: ["a", "b"])
        interface.open(1, 2)
        _ = try interface.request(1, 1)
        _ = try interface.request(2, 1, ["a", "b"])
        for id: ClientID in [1, 2] {
            #expect(try interface.request(id, 0) == "0")
            #expect(try interface.query(id) == [])
        }
        #expect(interface.told([1, 2], of: "a") == [])
    }

    @Test("what is not there may be subscribed to, and what is not subscribed to unsubscribed")
    func idempotent() throws {
        var interface = Interface(devices: ["a"])
        interface.open(1)
        #expect(try interface.request(1, 0, ["a"]) == "0")
        #expect(try interface.request(1, 1, ["later", "later"]) == "0")
        #expect(try interface.request(1, 1, ["later"]) == "0")
        #expect(try interface.query(1) == ["later"])
        #expect(interface.told([1], of: "later") == [1])
    }

    @Test("a query's pages together list every device once, in ascending order")
    func pages() throws {
        var interface = Interface()
        interface.open(1)
        let devices = (0..<25).map { "device\(10 + $0)" }
        _ = try interface.request(1, 1, devices.reversed())
        #expect(try (1...3).flatMap { try interface.query(1, size: 10, page: $0) } == devices)
        #expect(try interface.query(1, size: 10, page: 4) == [])
        #expect(try interface.query(1, size: 1000, page: .max) == [])
        let answer = try JSONValue(parsing: interface.ask(1, #"{"requestID":"q","requestType":2,"pageSize":10,"pageNo":3}"#)[0])
        #expect(answer["data"]?["total"] == 25)
        #expect(answer["data"]?["pageSize"] == 10)
        #expect(answer["data"]?["pageNum"] == 3)
    }

    @Test("a page out of range is an error, and the connection stays as it was")
    func pageOutOfRange() throws {
        var interface = Interface(devices: ["a"])
        interface.open(1)
        _ = try interface.request(1, 1)
        let answer = try JSONValue(parsing: interface.ask(1, #"{"requestID":"q","requestType":2,"pageSize":1001}"#)[0])
        #expect(answer["code"] == "1003")
        #expect(answer["responseID"] == "q")
        #expect(answer["data"] == nil)
        #expect(interface.told([1], of: "a") == [1])
    }

    @Test("a connection may name only so many devices; a request beyond changes nothing")
    func limitPerConnection() throws {
        var limits = ReadEventService.Limits()
        limits.subscriptionsPerConnection = 2
        var interface = Interface(limits: limits, devices: ["a", "b", "c"])
        interface.open(1, 2)
        #expect(try interface.request(1, 1, ["a"]) == "0")
        #expect(try interface.request(1, 1, ["b", "c"]) == "1004")
        #expect(try interface.query(1) == ["a"])
        #expect(try interface.request(1, 1) == "0")
        #expect(try interface.request(1, 0, ["a", "b", "c"]) == "1004")
        #expect(try interface.query(1) == ["a", "b", "c"])
        #expect(try interface.request(2, 1, ["a", "b"]) == "0")
    }

    @Test("all connections together may name only so many; one that leaves makes room")
    func limitOfAll() throws {
        var limits = ReadEventService.Limits()
        limits.subscriptions = 3
        var interface = Interface(limits: limits)
        interface.open(1, 2)
        #expect(try interface.request(1, 1, ["a", "b"]) == "0")
        #expect(try interface.request(2, 1, ["a", "b"]) == "1004")
        #expect(try interface.request(2, 1, ["a"]) == "0")
        #expect(try interface.request(2, 1, ["a"]) == "0")
        #expect(try interface.request(2, 0, ["a"]) == "0")
        interface.feed(.closed(1))
        #expect(try interface.request(2, 1, ["a", "b", "c"]) == "0")
    }

    @Test("whatever cannot be understood gets an answer")
    func alwaysAnAnswer() throws {
        var interface = Interface()
        interface.open(1)
        #expect(interface.ask(1, "{")[0].hasPrefix(#"{"responseID":"","code":"1001","msg":"#))
        #expect(interface.ask(1, #"{"requestType":1}"#)[0].hasPrefix(#"{"responseID":"","code":"1002","msg":"#))
        interface.feed(.tooLarge(1))
        #expect(interface.taken(1)[0].hasPrefix(#"{"responseID":"","code":"1005","msg":"#))
    }

    @Test("a connection that is closed is told nothing more")
    func closed() throws {
        var interface = Interface(devices: ["a"])
        interface.open(1, 2)
        _ = try interface.request(1, 1)
        _ = try interface.request(2, 1)
        #expect(interface.told([1, 2], of: "a") == [1, 2])
        interface.feed(.closed(1))
        #expect(interface.told([1, 2], of: "a") == [2])
        #expect(interface.ask(1, Samples.ping) == [])
        #expect(interface.service.connectionCount == 1)
    }

    @Test("when a token is withdrawn, every client must come again")
    func tokenWithdrawn() throws {
        var interface = Interface(devices: ["a"])
        interface.open(1, 2)
        _ = try interface.request(1, 1)
        interface.feed(.tokenWithdrawn)
        #expect(interface.taken(1).last == "close 1008")
        #expect(interface.taken(2) == ["close 1008"])
        #expect(interface.service.connectionCount == 0)
        #expect(interface.told([1, 2], of: "a") == [])
    }

    @Test("an event is one output, however many connections it goes to")
    func oneOutput() throws {
        var interface = Interface(devices: ["a"])
        for id: ClientID in 0..<1000 {
            interface.open(id)
            _ = try interface.request(id, 1, id.isMultiple(of: 2) ? ["a"] : [])
        }
        interface.feed(.events([Interface.read(at: "a")]))
        guard case .send(_, let connections)? = interface.lastOutputs.first else { return #expect(Bool(false)) }
        #expect(interface.lastOutputs.count == 1)
        #expect(connections == Array(0..<1000))
    }
}
