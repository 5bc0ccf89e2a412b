import Foundation
import Testing

@Suite("A box that its hub does not know", .timeLimit(.minutes(5)))
struct SetAsideTests {
    private struct Aside: Decodable {
        var reason: String
        var subject: String
    }

    private func aside(_ bus: Bus) async throws -> [Aside] {
        try JSONDecoder().decode([Aside].self, from: Data(try await bus.hub("set-aside", "--json").utf8))
    }

    @Test("is rid of its records, which are rides when the operator has registered it")
    func retry() async throws {
        let bus = try await Bus()
        try bus.write(
            "hub.toml",
            Bus.hubConfiguration(bus.folder.path, port: bus.hubPort, isClosed: false).replacing("auto_register = true", with: ""))
        try await bus.playAlone(
            """
            start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
            start validatord ${BIN}/validatord --config ${DIR}/validatord.toml
            wait 1s
            tap reader0 \(Bus.goodCard) any
            \(Bus.settle)
            until 5s ${BOX} ${DIR}/control.sock "outbox.refused == 0"
            """)
        #expect(try await bus.records(of: Bus.goodCard).isEmpty)
        let waiting = try await aside(bus)
        #expect(!waiting.isEmpty && waiting.allSatisfy { $0.reason == "unknown_device" && $0.subject == Bus.goodCard })
        _ = try await bus.hub("add-device", "TEST01", "--without-secret")
        #expect(try await bus.hub("set-aside", "--retry", "--all").contains("\(waiting.count) records settled"))
        #expect(try await bus.records(of: Bus.goodCard).count == waiting.count)
        #expect(try await aside(bus).isEmpty)
    }
}
