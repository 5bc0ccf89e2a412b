import FaultProxy
import Foundation
import TestSupport
import Testing

@Suite("The rig, against itself", .timeLimit(.minutes(10)))
struct RigProgramTests {
    private struct Event: Decodable {
        var event: String
        var seen: String?
        var text: String?
        var failures: Int?
    }

    /// The exit code and the events of a run. A shell plays the daemon.
    private func play(_ scenario: String) async throws -> (status: Int32, events: [Event]) {
        let folder = TemporaryFolder()
        let file = try folder.write("scenario", scenario)
        let result = try await Programs.run(
            "validator-rig", ["--directory", folder.path, "--json", folder.path("events"), file],
            log: folder.url.appending(path: "rig.log"))
        let lines = try String(contentsOfFile: folder.path("events"), encoding: .utf8).split(separator: "\n")
        return (result.status, try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) })
    }

    private let green = "run sh -c \"printf 1 > ${DIR}/green/brightness\""

    @Test("exit code 0 when every expectation held")
    func expectationsHold() async throws {
        let (status, events) = try await play("\(green)\nexpect green\nexpect none within 100ms")
        #expect(status == 0)
        #expect(events.map(\.event) == ["outcome", "outcome", "summary"])
        #expect(events.last?.failures == 0)
    }

    @Test("exit code 1 for the wrong light, a light too many, and a light that does not come")
    func expectationsFail() async throws {
        #expect(try await play("\(green)\nexpect red").status == 1)
        #expect(try await play(green).status == 1)
        #expect(try await play("expect any within 50ms").status == 1)
    }

    @Test("a step that fails ends the scenario, with the reason")
    func failingStep() async throws {
        let (status, events) = try await play("run sh -c \"echo sorry; exit 3\"\n\(green)")
        #expect(status == 1)
        #expect(events.first?.event == "failure")
        #expect(events.first?.text?.contains("exit code 3") == true && events.first?.text?.contains("sorry") == true)
        #expect(!events.contains { $0.seen == "green" })
    }

    @Test("a program that is kept comes back after kill; one that was stopped does not")
    func keptProgram() async throws {
        let (status, _) = try await play(
            """
            keep daemon sh -c "echo run >> ${DIR}/runs; echo up; exec sleep 100"
            await daemon up within 60s
            kill daemon
            until 60s sh -c "test $(wc -l < ${DIR}/runs) = 2"
            stop daemon
            wait 300ms
            run sh -c "test $(wc -l < ${DIR}/runs) = 2 && test ! -e ${DIR}/daemon.pid"
            start daemon
            await daemon up within 60s
            """)
        #expect(status == 0)
    }

    @Test("gpsd takes the receiver for a real one")
    func receiver() async throws {
        let port = try Socket.listening().port
        let (status, _) = try await play(
            """
            receiver gps0
            start gpsd gpsd -N -n -b -S \(port) ${DIR}/gps0
            until 60s sh -c "exec 3<>/dev/tcp/127.0.0.1/\(port)" || true
            """.replacingOccurrences(of: "sh -c", with: "bash -c").replacingOccurrences(of: " || true", with: ""))
        #expect(status == 0)
    }
}
