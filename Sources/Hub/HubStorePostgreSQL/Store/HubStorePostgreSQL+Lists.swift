import Base
import Fares
import HubDomain
import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    public func edition(of selection: ListSelection) async throws -> ListEdition {
        guard let line = selection.generationLine else { return ListEdition(selection) }
        return try await HubStoreError.telling {
            try await reader.run { ListEdition(selection, of: try GenerationTable(connection: $0).inForce(line: line)) }
        }
    }

    public func cards(of edition: ListEdition, after: CardNumber?, limit: Int) async throws -> CardPage {
        try await HubStoreError.telling {
            try await reader.snapshot {
                try CardTable(connection: $0).page(of: edition.generations, after: after, limit: limit)
            }
        }
    }

    public func mentions(of card: CardNumber) async throws -> CardMentions {
        try await HubStoreError.telling {
            try await reader.run { try CardTable(connection: $0).mentions(of: card) }
        }
    }

    public func listStandings() async throws -> [ListStanding] {
        try await HubStoreError.telling {
            try await reader.snapshot { connection in
                try DeviceList.allCases.flatMap { list in
                    try connection.run(ListStanding.sql(of: list)).map { row in
                        ListStanding(list, line: row.text(0) ?? "", numbers: (1...6).map { row.integer($0) ?? 0 })
                    }
                }
            }
        }
    }

    public func beginGeneration(
        of selection: ListSelection, isReplacing: Bool, at now: WallTime
    ) async throws -> Int64 {
        try await changing { try $0.begin(selection, isReplacing: isReplacing, at: now) }
    }

    public func append(_ entries: [CardListEntry], to generation: Int64, at now: WallTime) async throws -> Int {
        try await changing { try $0.append(entries, to: generation, at: now) }
    }

    public func adopt(generation: Int64, named name: String?, at now: WallTime) async throws -> Int64? {
        try await changing { try $0.adopt(generation, named: name, at: now) }
    }

    public func discard(generation: Int64, at now: WallTime) async throws {
        try await changing { try $0.discard(generation, at: now) }
    }

    public func pruneGenerations(at now: WallTime, limit: Int) async throws -> Int {
        try await changing { try $0.prune(at: now, limit: limit) }
    }

    private func changing<Result: Sendable>(_ body: @Sendable (GenerationTable) throws -> Result) async throws -> Result {
        try await HubStoreError.telling {
            try await operations.transaction { try body(GenerationTable(connection: $0)) }
        }
    }
}
