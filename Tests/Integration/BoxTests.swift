import Foundation
import Testing

@Suite("The box, end to end", .timeLimit(.minutes(10)))
struct BoxTests {
    private let stopHub = "stop hub"
    private let restart = "kill validatord\nstart validatord"
    private let restarted = #"until 60s ${BOX} ${DIR}/control.sock "lists.cards.count == 2 and readers[0].state == 'ready'""#

    @Test("a good card turns the light green, and the hub has its log and its booking, once, with the position")
    func greenAndRecorded() async throws {
        let bus = try await Bus()
        try await bus.play(
            """
            start gpsd gpsd -N -n -b -S ${GPSD_PORT} ${DIR}/gps0
            until 60s ${BOX} ${DIR}/control.sock "gps.fix != 'none'"
            tap reader0 \(Bus.goodCard) green
            tap reader0 \(Bus.blockedCard) red
            tap reader0 \(Bus.unknownCard) red
            \(Bus.settle)
            """)
        let ride = try await bus.records(of: Bus.goodCard)
        #expect(ride.map(\.call).sorted() == ["card_check", "card_check_log"])
        #expect(ride.allSatisfy { $0.status == 0 })
        let place = try #require(ride.first { $0.isLog })
        #expect(abs(try #require(place.lat) - 31.2304) < 0.006)
        #expect(abs(try #require(place.lng) - 121.4737) < 0.006)
        #expect(try await bus.records(of: Bus.blockedCard).map(\.status) == [2])
        #expect(try await bus.records(of: Bus.unknownCard).map(\.status) == [1])
    }

    @Test("after a restart without network the box decides from what it had stored, and delivers later")
    func restartWithoutNetwork() async throws {
        let bus = try await Bus()
        try await bus.play(
            """
            \(stopHub)
            stop validatord
            start validatord
            \(restarted)
            tap reader0 \(Bus.goodCard) green
            tap reader0 \(Bus.unknownCard) red
            start hub
            \(Bus.settle)
            """)
        #expect(try await bus.records(of: Bus.goodCard).count == 2)
        #expect(try await bus.records(of: Bus.unknownCard).count == 1)
    }

    @Test("a card tapped again just after kill -9 is the same tap")
    func repeatedAcrossKill() async throws {
        let bus = try await Bus(repeatIntervalMilliseconds: 60_000)
        try await bus.play(
            """
            tap reader0 \(Bus.goodCard) green
            \(restart)
            \(restarted)
            tap reader0 \(Bus.goodCard) green
            \(Bus.settle)
            """)
        #expect(try await bus.records(of: Bus.goodCard).filter(\.isLog).count == 1)
    }

    @Test("tickets of a group of keys that was replaced are good; once it is revoked they are refused, after a restart too")
    func revokedKeys() async throws {
        let bus = try await Bus()
        let tickets = [
            try await bus.ticket(), try await bus.ticket(), try await bus.ticket(),
        ]
        func rotate(_ options: String, _ ids: String) -> String {
            """
            until 20s ${BIN}/validator-hub rotate-keys \(options) --config ${DIR}/hub.toml
            until 60s ${BOX} ${DIR}/control.sock "lists.keys.ids == \(ids)"
            """
        }
        try await bus.play(
            """
            \(rotate("--count 3", "[1, 2, 3]"))
            scan scanner0 \(tickets[0]) green
            \(rotate("--count 2 --revoke", "[1, 2]"))
            scan scanner0 \(tickets[1]) red
            kill validatord
            start validatord
            until 60s ${BOX} ${DIR}/control.sock "lists.keys.ids == [1, 2]"
            scan scanner0 \(tickets[2]) red
            """)
    }

    @Test("a used ticket stays used across kill -9, without network")
    func usedAcrossKill() async throws {
        let bus = try await Bus(repeatIntervalMilliseconds: 100)
        let ticket = try await bus.ticket()
        try await bus.play(
            """
            \(stopHub)
            scan scanner0 \(ticket) green
            \(restart)
            \(restarted)
            wait 200ms
            scan scanner0 \(ticket) red
            start hub
            \(Bus.settle)
            """)
        #expect(try await bus.records(of: ticket).filter(\.isLog).map(\.status).sorted() == [0, 1])
    }

    @Test("garbage from the reader costs no tap")
    func readerGarbage() async throws {
        let bus = try await Bus()
        try await bus.play(
            """
            noise reader0 0000ff00ff00deadbeef0000ffff7fff81d54b01
            tap reader0 \(Bus.goodCard) green
            noise reader0 \(String(repeating: "0000ff", count: 500))
            tap reader0 \(Bus.unknownCard) red
            """)
    }

    @Test("a reader that is unplugged and plugged in again goes on")
    func unplugged() async throws {
        let bus = try await Bus()
        try await bus.play(
            """
            unplug reader0
            until 60s ${BOX} ${DIR}/control.sock "readers[0].state != 'ready'"
            plug reader0
            tap reader0 \(Bus.goodCard) green
            """)
    }

    @Test("codes of 4 KB, of one character and of none harm nothing")
    func oddCodes() async throws {
        let bus = try await Bus()
        let ticket = try await bus.ticket()
        try await bus.play(
            """
            scan scanner0 \(String(repeating: "VT1A", count: 1024)) none within 1s
            scan scanner0 x red
            scan scanner0 "" none within 300ms
            scan scanner0 \(ticket) green
            """)
    }

    @Test("databases that are none are moved aside, and the box works", arguments: ["outbox.db", "cards.db"])
    func damagedDatabase(name: String) async throws {
        let bus = try await Bus()
        let garbage = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let state = bus.folder.appending(path: "state")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        try garbage.write(to: state.appending(path: name))
        try await bus.play(
            """
            tap reader0 \(Bus.goodCard) green
            \(Bus.settle)
            """)
        let kept = try FileManager.default.contentsOfDirectory(atPath: state.path).filter { $0.hasPrefix("\(name).") }
        #expect(try kept.contains { try Data(contentsOf: state.appending(path: $0)) == garbage })
        #expect(try await bus.records(of: Bus.goodCard).count == 2)
    }

    @Test("a control socket's client that sends rubbish or never reads disturbs nobody")
    func controlRubbish() async throws {
        let bus = try await Bus()
        try bus.write(
            "rubbish.py",
            """
            import os, socket, sys, time
            clients = []
            for text in [os.urandom(100000), b"{" * 100000, b"\\n" * 1000, b'{"command":"status"}\\n' * 5000]:
                client = socket.socket(socket.AF_UNIX)
                client.settimeout(0.5)
                client.connect(sys.argv[1])
                try:
                    client.sendall(text)
                except OSError:
                    pass
                clients.append(client)
            print("sent", flush=True)
            time.sleep(60)
            """)
        try await bus.play(
            """
            start rubbish python3 ${DIR}/rubbish.py ${DIR}/control.sock
            await rubbish sent within 60s
            tap reader0 \(Bus.goodCard) green
            \(Bus.settle)
            """)
    }
}
