import Base
import JSON
import Testing

@testable import ReadEvents

@Suite("The document's samples")
struct DocumentTests {
    @Test("subscribe, query and unsubscribe are answered as printed")
    func requests() throws {
        var interface = Interface()
        interface.open(1)
        #expect(interface.ask(1, Samples.subscribe) == [try compact(Samples.subscribed)])
        #expect(interface.ask(1, Samples.query) == [try compact(Samples.found)])
        #expect(interface.ask(1, Samples.unsubscribe) == [try compact(Samples.unsubscribed)])
        #expect(try interface.query(1) == [])
    }

    @Test("a visit's first read, its time-out, and a single read are pushed as printed")
    func events() throws {
        let visit = try #require(UniqueID("6a30a889e0334d0690e50d6ce2c75820"))
        let single = try #require(UniqueID("24d7d9fbfe5a445398f689baef9d2eab"))
        let tid: [UInt8] = [0xE2, 0x00, 0x34, 0x12, 0x06, 0x14, 0x14, 0x11, 0x00, 0x73, 0x48, 0x86]
        let begin = WallTime(milliseconds: 1_674_111_043_000)
        func event(_ kind: ReadEvent.Kind, _ id: UniqueID, _ first: WallTime, _ last: WallTime, _ timeout: Duration) -> ReadEvent
        {
            ReadEvent(kind: kind, id: id, tid: tid, reader: 0, firstRead: first, lastRead: last, timeout: timeout)
        }
        var interface = Interface()
        interface.open(1)
        _ = interface.ask(1, Samples.subscribe)
        let later = WallTime(milliseconds: 1_674_111_933_000)
        interface.feed(
            .events([
                DeviceReadEvent(device: Samples.gate, event: event(.firstRead, visit, begin, begin, .seconds(300))),
                DeviceReadEvent(
                    device: Samples.gate, event: event(.readTimeout, visit, begin, begin + .seconds(322), .seconds(300))),
                DeviceReadEvent(device: Samples.door, event: event(.read, single, later, later, .zero)),
            ]))
        #expect(
            try interface.taken(1)
                == [compact(Samples.firstRead), compact(Samples.readTimeout), compact(Samples.read)])
    }

    @Test("a client's ping is answered at once, and ours is a minute after the connection")
    func heartbeat() throws {
        var interface = Interface()
        interface.open(1)
        #expect(interface.ask(1, Samples.ping) == [try compact(Samples.pong)])
        interface.wait(.seconds(60))
        #expect(interface.taken(1) == [try compact(Samples.ping)])
        #expect(interface.ask(1, Samples.pong) == [])
        interface.wait(.seconds(60))
        #expect(interface.taken(1) == [#"{"ping":1674119606000}"#])
    }
}
