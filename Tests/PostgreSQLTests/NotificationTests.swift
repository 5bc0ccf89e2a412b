import PostgreSQL
import PostgreSQLServer
import Testing

@Suite("One connection tells another", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct NotificationTests {
    @Test("What was committed is notified, what was undone is not")
    func notification() async throws {
        struct Other: Error {}
        let address = try await PostgreSQLServer.shared.database()
        let listener = PostgreSQLLane(address, label: "listener", patience: .seconds(60)) { try $0.execute("LISTEN lists") }
        let writer = PostgreSQLLane(address, label: "writer", patience: .seconds(60))
        #expect(try await listener.run { try $0.notifications(within: .zero) } == [])
        try? await writer.transaction { connection in
            try connection.execute("NOTIFY lists")
            throw Other()
        }
        #expect(try await listener.run { try $0.notifications(within: .milliseconds(20)) } == [])
        async let told = listener.run { try $0.notifications(within: .seconds(60)) }
        try await writer.transaction { try $0.execute("NOTIFY lists") }
        #expect(try await told == ["lists"])
    }
}
