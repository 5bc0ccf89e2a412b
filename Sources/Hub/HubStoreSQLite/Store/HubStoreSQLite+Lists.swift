import Base
import Fares
import HubDomain
import HubStore

extension HubStoreSQLite {
    public func edition(of selection: ListSelection) async throws -> ListEdition {
        try await reader.snapshot { connection in
            guard let line = selection.generationLine else { return ListEdition(selection) }
            return ListEdition(selection, of: try GenerationTable(connection: connection).inForce(line: line))
        }
    }

    public func cards(of edition: ListEdition, after: CardNumber?, limit: Int) async throws -> CardPage {
        try await reader.snapshot {
            try CardTable(connection: $0).page(of: edition.generations, after: after, limit: limit)
        }
    }

    public func mentions(of card: CardNumber) async throws -> CardMentions {
        try await reader.snapshot { try CardTable(connection: $0).mentions(of: card) }
    }

    public func listStandings() async throws -> [ListStanding] {
        try await reader.snapshot { connection in
            try DeviceList.allCases.flatMap { list in
                try connection.all(ListStanding.sql(of: list)) { row in
                    ListStanding(list, line: row.text(0) ?? "", numbers: (1...6).map { row.integer($0) ?? 0 })
                }
            }
        }
    }

    public func beginGeneration(
        of selection: ListSelection, isReplacing: Bool, at now: WallTime
    ) async throws -> Int64 {
        try await writer.transaction {
            try GenerationTable(connection: $0).begin(selection, isReplacing: isReplacing, at: now)
        }
    }

    public func append(_ entries: [CardListEntry], to generation: Int64, at now: WallTime) async throws -> Int {
        try await writer.transaction { try GenerationTable(connection: $0).append(entries, to: generation, at: now) }
    }

    public func adopt(generation: Int64, named name: String?, at now: WallTime) async throws -> Int64? {
        try await writer.transaction { try GenerationTable(connection: $0).adopt(generation, named: name, at: now) }
    }

    public func discard(generation: Int64, at now: WallTime) async throws {
        try await writer.transaction { try GenerationTable(connection: $0).discard(generation, at: now) }
    }

    public func pruneGenerations(at now: WallTime, limit: Int) async throws -> Int {
        try await writer.transaction { try GenerationTable(connection: $0).prune(at: now, limit: limit) }
    }
}
