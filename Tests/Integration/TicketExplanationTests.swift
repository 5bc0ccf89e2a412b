import Foundation
import JSON
import TestSupport
import Testing

@Suite("A code, explained by the box", .timeLimit(.minutes(10)))
struct TicketExplanationTests {
    /// A step that keeps what `validatorctl` prints, whatever its exit code, which is the last line.
    private static func keep(_ name: String, _ arguments: String) -> String {
        """
        run sh -c "${BIN}/validatorctl --socket ${DIR}/control.sock --json \(arguments) > ${DIR}/\(name); echo $? >> ${DIR}/\(name)"
        """
    }

    private static func kept(_ name: String, _ bus: Bus) throws -> (reply: JSONValue, status: String) {
        let lines = try String(contentsOf: bus.folder.appending(path: name), encoding: .utf8).split(separator: "\n").map(
            String.init)
        return (try JSONValue(parsing: Array(try #require(lines.first).utf8)), lines.last ?? "")
    }

    @Test("before its ride, after it, and as it was when it was scanned, by the same keys as a rider's")
    func rides() async throws {
        let bus = try await Bus(repeatIntervalMilliseconds: 100)
        let ticket = try await bus.ticket()
        try await bus.play(
            """
            \(Self.keep("none", "ticket"))
            \(Self.keep("before", "ticket \(ticket)"))
            \(Self.keep("again", "ticket \(ticket)"))
            \(Self.keep("late", "ticket --at 2099-01-01T00:00:00Z \(ticket)"))
            \(Self.keep("unknown", "ticket --hex 545800"))
            scan scanner0 \(ticket) green
            \(Self.keep("after", "ticket \(ticket)"))
            \(Self.keep("scanned", "ticket"))
            """)
        for name in ["before", "again"] {
            let (reply, status) = try Self.kept(name, bus)
            #expect(status == "0" && reply["verdict"] == "accepted" && reply["codec"] == "vt1" && reply["used"] == false)
            #expect(reply["card"]?["white_list"] == true && reply["judged_by"]?["keys"] == "box")
        }
        let late = try Self.kept("late", bus)
        #expect(late.status == "1" && late.reply["reason"] == "ticket_expired" && late.reply["at"] == "2099-01-01T00:00:00.000Z")
        let unknown = try Self.kept("unknown", bus)
        #expect(unknown.status == "1" && unknown.reply["resembles"] == "tencent_ride" && unknown.reply["unknown"] == "online")
        let after = try Self.kept("after", bus)
        #expect(after.status == "1" && after.reply["reason"] == "ticket_used")
        let scanned = try Self.kept("scanned", bus)
        #expect(scanned.status == "0" && scanned.reply["verdict"] == "accepted" && scanned.reply["used"] == false)
        #expect(try String(contentsOf: bus.folder.appending(path: "none"), encoding: .utf8) == "66\n")
    }
}
