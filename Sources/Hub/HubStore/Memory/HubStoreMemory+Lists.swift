import Base
import Fares
import HubDomain

extension HubStoreMemory {
    public func edition(of selection: ListSelection) async throws -> ListEdition { present(selection) }

    func present(_ selection: ListSelection) -> ListEdition {
        ListEdition(selection, of: generations.values.filter { $0.line == selection.generationLine })
    }

    /// Of a card in force; nil where no generation names it.
    func flag(of card: CardNumber, line: String) -> Bool? {
        present(ListSelection(generationLine: line)).generations.reversed().lazy.compactMap { self.cardsByGeneration[$0]?[card] }
            .first
    }

    public func cards(of edition: ListEdition, after: CardNumber?, limit: Int) async throws -> CardPage {
        var flags: [CardNumber: Bool] = [:]
        for generation in edition.generations { flags.merge(cardsByGeneration[generation] ?? [:]) { $1 } }
        let cards = flags.keys.filter { card in after.map { $0.description.isBefore(card.description) } ?? true }
            .sorted { $0.description.isBefore($1.description) }
        let page = cards.prefix(limit)
        return CardPage(
            entries: page.map { CardListEntry(card: $0, isListed: flags[$0] ?? false) },
            next: page.count < cards.count ? page.last : nil)
    }

    public func mentions(of card: CardNumber) async throws -> CardMentions {
        let lines = Set(
            generations.values.filter { $0.state == .inForce && cardsByGeneration[$0.id]?[card] != nil }.map(\.line))
        return CardMentions(lists: Array(lines))
    }

    public func beginGeneration(
        of selection: ListSelection, isReplacing: Bool, at now: WallTime
    ) async throws -> Int64 {
        let line = try selection.loadedLine
        let id = (generations.keys.max() ?? 0) + 1
        let hasFull = generations.values.contains { $0.line == line && $0.state == .inForce && $0.isFull }
        generations[id] = ListGeneration(
            id: id, line: line, version: 0, state: .loading,
            isFull: !selection.isIncrement && (isReplacing || !hasFull), rows: 0, changed: now.milliseconds)
        cardsByGeneration[id] = [:]
        return id
    }

    public func append(_ entries: [CardListEntry], to id: Int64, at now: WallTime) async throws -> Int {
        var generation = try loading(id)
        var kept = 0
        for entry in entries where generation.isFull || flag(of: entry.card, line: generation.line) != entry.isListed {
            if cardsByGeneration[id]?.updateValue(entry.isListed, forKey: entry.card) == nil { kept += 1 }
        }
        generation.rows += Int64(kept)
        generation.changed = now.milliseconds
        generations[id] = generation
        return kept
    }

    public func adopt(generation id: Int64, named name: String?, at now: WallTime) async throws -> Int64? {
        guard var generation = generations[id], [.loading, .held].contains(generation.state) else {
            throw HubStoreError.notLoading(id)
        }
        if let name { generation.name = name }
        guard generation.makesVersion else {
            try await discard(generation: id, at: now)
            return nil
        }
        for other in generations.values where other.line == generation.line && other.id != id {
            switch other.state {
            // One without a card was made only for its version.
            case .inForce where generation.isFull || (!other.isFull && other.rows == 0): retire(other, at: now)
            case .held where generation.isFull: retire(other, at: now)
            case .loading, .inForce, .retired, .held: break
            }
        }
        generation.version = nextVersion(at: now)
        generation.state = .inForce
        generation.changed = now.milliseconds
        generations[id] = generation
        return generation.version
    }

    public func discard(generation id: Int64, at now: WallTime) async throws {
        guard let generation = generations[id], [.loading, .held].contains(generation.state) else { return }
        retire(generation, at: now)
    }

    public func pruneGenerations(at now: WallTime, limit: Int) async throws -> Int {
        var count = 0
        for generation in generations.values.sorted(by: { $0.id < $1.id }) where generation.isGone(at: now) {
            for card in (cardsByGeneration[generation.id] ?? [:]).keys.prefix(limit - count) {
                cardsByGeneration[generation.id]?[card] = nil
                count += 1
            }
            if cardsByGeneration[generation.id]?.isEmpty ?? true {
                cardsByGeneration[generation.id] = nil
                generations[generation.id] = nil
            }
        }
        return count
    }

    func loading(_ id: Int64) throws(HubStoreError) -> ListGeneration {
        guard let generation = generations[id], generation.state == .loading else { throw .notLoading(id) }
        return generation
    }

    func retire(_ generation: ListGeneration, at now: WallTime) {
        var generation = generation
        generation.state = .retired
        generation.changed = now.milliseconds
        generations[generation.id] = generation
    }
}

extension ListGeneration {
    /// Whether its cards may be deleted.
    func isGone(at now: WallTime) -> Bool {
        let age = now - WallTime(milliseconds: changed)
        return state == .retired && age > ListEdition.readableTime || state == .loading && age > ListEdition.loadingTime
    }
}
