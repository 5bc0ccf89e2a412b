import LooseReplies
import Testing

@Suite("What loosely written platforms answer")
@MainActor struct LooseReplyTests {
    nonisolated private static let table = Result { try LooseReplyFile.rows() }

    @Test("the table can be read, and has rows of each call")
    func table() throws {
        let rows = try Self.table.get()
        #expect(Set(rows.map(\.call)) == Set(LooseReply.Call.allCases))
        #expect(Set(rows.map(\.description)).count == rows.count, "each row has a name of its own")
    }

    @Test("each row has what it says as its consequence", arguments: (try? table.get()) ?? [])
    func row(_ row: LooseReply) throws {
        let stage = try LooseStage(row)
        #expect(stage.play() == row.facts)
        if let told = row.told {
            #expect(stage.told.contains { $0.contains(told) }, "\(stage.told)")
        } else {
            #expect(stage.told.isEmpty)
        }
    }
}
