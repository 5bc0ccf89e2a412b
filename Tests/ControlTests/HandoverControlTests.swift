import Base
import BoxConfiguration
import ControlProtocol
import JSON
import TestSupport
import Testing
import TomlConfiguration
import ValidatorCore

@testable import Storage
@testable import validatord

@Suite("handing a box over, on the control socket")
struct HandoverControlTests {
    private let commands = StubCommands()

    @Test("the identity is told with the files that belong to it")
    func identity() {
        #expect(
            commands.ask(#"{"command":"identity"}"#) == """
                {"ok":true,"result":{"device_id":"VLD1","version":"0.1.0",\
                "configuration_file":"/etc/validator/validator.toml","state_dir":"/var/lib/validator",\
                "files":["/etc/validator/ticket.secret"]}}

                """)
    }

    @Test("a handover names what is on the stick, and is told whether that is all")
    func handover() throws {
        try giveAll()
        let line = Self.line(lastTap: 7, lastPosition: 9)
        #expect(try commands.result(line)["handed_over"] == true)
        #expect(
            commands.handovers
                == [HandoverRequest(file: "x.identity", checksum: "00000000000000ff", lastTap: 7, lastPosition: 9)])
        #expect(
            commands.notices.last
                == Notice(.info, "audit handover file=x.identity handed_over=true by uid=unknown"))
        commands.isAllCarried = false
        #expect(try commands.result(line)["handed_over"] == false)
        #expect(commands.ask(#"{"command":"handover"}"#).contains(#""code":"bad_argument""#))
    }

    private static func line(lastTap: Int64, lastPosition: Int64, file: String = "x.identity", sum: String = "00000000000000ff")
        -> String
    {
        String(
            decoding: ControlRequest.handOver(
                HandoverRequest(file: file, checksum: sum, lastTap: lastTap, lastPosition: lastPosition)
            ).line.dropLast(), as: UTF8.self)
    }

    /// The connection is given taps up to row 7, and positions up to row 9.
    private func giveAll() throws {
        let stamp = Stamp(
            instant: Instant(nanoseconds: 1), boot: UniqueID(high: 0, low: 1), wall: WallTime(seconds: 1), source: .gps)
        commands.taps = [Int64(3), 7].map { row in
            let tap = Tap(
                logID: UniqueID(high: 0, low: 2), bookingID: UniqueID(high: 0, low: 3), source: "r0", subject: .ticket([1]),
                outcome: .accepted, reason: .ok, mode: .offline, stamp: stamp, position: nil, pending: [.log])
            return StoredTap(
                row: row, tap: tap, refused: [], bookingRefusals: 0, logRefusals: 0, refusalCode: nil, refusalMessage: nil)
        }
        let position = PositionRecord(requestID: UniqueID(high: 0, low: 9), stamp: stamp, position: nil)
        commands.positions = [StoredPosition(row: 9, record: position, refusals: 0, refusalCode: nil, refusalMessage: nil)]
        _ = try commands.result(#"{"command":"outbox_export","limit":1}"#)
        _ = try commands.result(#"{"command":"outbox_export","limit":1,"after":3}"#)
        _ = try commands.result(#"{"command":"outbox_export","kind":"positions"}"#)
    }

    @Test("a handover is not believed to have records on its stick that its connection was never given")
    func invented() throws {
        try giveAll()
        let lines = [
            Self.line(lastTap: .max, lastPosition: .max), Self.line(lastTap: 8, lastPosition: 9),
            Self.line(lastTap: 7, lastPosition: 10),
            Self.line(lastTap: 7, lastPosition: 9, file: "../x"), Self.line(lastTap: 7, lastPosition: 9, file: "a\nb"),
            Self.line(lastTap: 7, lastPosition: 9, sum: "none"),
        ]
        for line in lines { #expect(commands.ask(line).contains(#""code":"refused""#), "\(line)") }
        // Another connection was given nothing; neither was one that has skipped the beginning.
        commands.peer = ControlPeer(-1)
        #expect(commands.ask(Self.line(lastTap: 7, lastPosition: 9)).contains(#""code":"refused""#))
        _ = try commands.result(#"{"command":"outbox_export","after":5}"#)
        #expect(commands.ask(Self.line(lastTap: 7, lastPosition: 0)).contains(#""code":"refused""#))
        // What was collected waits again since the connection has passed over it.
        commands.peer = ControlPeer(-1)
        try giveAll()
        _ = try commands.result(#"{"command":"outbox_uncollect"}"#)
        #expect(commands.ask(Self.line(lastTap: 7, lastPosition: 9)).contains(#""code":"refused""#))
        #expect(commands.handovers.isEmpty)
        #expect(try commands.result(Self.line(lastTap: 0, lastPosition: 0))["handed_over"] == true)
    }

    @Test("what a file is sealed with is told, and a code over its digest; no other text is authenticated")
    func carriage() throws {
        let digest = String(repeating: "0f", count: 32)
        #expect(
            commands.ask(#"{"command":"carriage"}"#)
                == #"{"ok":true,"result":{"hub_key":"key","state_dir":"/var/lib/validator"}}"# + "\n")
        #expect(
            try commands.result(#"{"command":"carriage","sha256":"\#(digest)"}"#)["hmac_sha256"] == .string("code of \(digest)"))
        for wrong in ["0f", "", String(repeating: "x", count: 64)] {
            #expect(commands.ask(#"{"command":"carriage","sha256":"\#(wrong)"}"#).contains(#""code":"bad_argument""#))
        }
    }

    @Test("every key of the configuration that names a file is among those that are handed over")
    func fileKeys() {
        let keys = Configuration.keys.filter { key in ["_file", "_cert", "_key"].contains { key.hasSuffix($0) } }
            // The key itself.
            .filter { $0 != "collection.hub_key" }
        #expect(Set(keys) == Set(Configuration.fileKeys))
    }

    @Test("the files that a configuration names, each once")
    func filesNamed() throws {
        let folder = TemporaryFolder()
        let path = try folder.write(
            "validator.toml",
            """
            [platform]
            ca_file = ""
            client_cert = "/etc/validator/box.pem"
            client_key = "/etc/validator/box.pem"
            [platform.token]
            secret_file = '/etc/validator/platform.secret'
            """)
        #expect(try Configuration.filesNamed(in: path) == ["/etc/validator/box.pem", "/etc/validator/platform.secret"])
    }
}
