import Base
import Fares
import SQLite

/// Looking a card up, each lookup depending on the one before, so that no two overlap: against a walk through memory of the
/// same size that depends on itself in the same way, and against SQLite's prepared SELECT.
struct LookupBenchmark {
    private static let rounds = 7
    private static let lookups = 1_000_000
    private static let selects = 50_000

    let folder: String

    func run() throws -> [Measurement] {
        try [(100_000, 1.8), (1_000_000, 1.5), (5_000_000, 1.25)].flatMap { count, goal in
            try measure(count: count, goal: goal)
        }
    }

    private func measure(count: Int, goal: Double) throws -> [Measurement] {
        let cards = Self.list(count: count).white
        let image = cards.image.short
        let database = try makeDatabase(count: count)
        var walks: [Double] = []
        var lookups: [Double] = []
        var selects: [Double] = []
        for _ in 0..<Self.rounds {
            walks.append(nanosecondsEach(of: Self.lookups) { Self.walk(image, count: count, steps: $0) })
            lookups.append(
                nanosecondsEach(of: Self.lookups) { Self.chain(count: count, steps: $0) { cards.contains($0) } })
            selects.append(try selectNanoseconds(database, count: count))
        }
        let name = "lookup, \(count) cards"
        let lookup = median(lookups)
        let bytes = Double(image.count * 8) / Double(count)
        return [
            Measurement(
                name: "\(name): against a memory walk", measured: "\(lookup.short) ns", probe: "\(median(walks).short) ns",
                figure: median(zip(lookups, walks).map { $0 / $1 }), goal: .atMost(goal)),
            Measurement(
                name: "\(name): against SQLite's SELECT", measured: "\(lookup.short) ns", probe: "\(median(selects).short) ns",
                figure: median(zip(selects, lookups).map { $0 / $1 }), goal: .atLeast(20)),
            Measurement(
                name: "table, \(count) cards: bytes a card", measured: "\(image.count * 8) B", probe: "-", figure: bytes,
                goal: .atMost(12)),
        ]
    }

    /// Eight digits each; a card's number follows from its index, so that no array of numbers takes part in the measuring.
    static func card(_ index: UInt64) -> CardNumber {
        let scattered = UInt64(UInt32(truncatingIfNeeded: index &* 2_654_435_761))
        guard let card = CardNumber(short: 8 << 60 | scattered << 28) else { preconditionFailure("not a number") }
        return card
    }

    static func list(count: Int) -> CardList {
        var builder = CardListBuilder(unlisted: .blocked)
        for index in 0..<UInt64(count) { builder.append(CardListEntry(card: card(index), isListed: true)) }
        var build = builder.build()
        guard let list = build.step(rows: .max) else { preconditionFailure("not finished") }
        return list
    }

    private func nanosecondsEach(of steps: Int, _ work: (Int) -> UInt64) -> Double {
        var result: UInt64 = 0
        let duration = time { result = work(steps) }
        keep(result)
        return Double(duration.wholeNanoseconds) / Double(steps)
    }

    /// Half of the numbers asked for are on the list.
    @inline(never)
    private static func chain(count: Int, steps: Int, _ contains: (CardNumber) -> Bool) -> UInt64 {
        var state: UInt64 = 1
        for _ in 0..<steps {
            let index = scaled(state, to: count * 2)
            state = mixed(state &+ (contains(card(index)) ? 1 : 2))
        }
        return state
    }

    /// One word of a random cache line a step, and the address of the next depends on it. It makes the same card numbers and
    /// hashes them; what a lookup adds is the comparing.
    @inline(never)
    private static func walk(_ memory: [UInt64], count: Int, steps: Int) -> UInt64 {
        var state: UInt64 = 1
        for _ in 0..<steps {
            let key = mixed(card(scaled(state, to: count * 2)).short ?? 0)
            state = mixed(state &+ memory[Int(scaled(key, to: memory.count))] & 1)
        }
        return state
    }

    private static func scaled(_ state: UInt64, to count: Int) -> UInt64 {
        state.multipliedFullWidth(by: UInt64(count)).high
    }

    private static func mixed(_ state: UInt64) -> UInt64 {
        var mixed = (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 32
    }

    private func makeDatabase(count: Int) throws -> Database {
        let database = try Database(path: "\(folder)/select-\(count).db")
        try database.execute("PRAGMA synchronous = OFF; CREATE TABLE cards (number INTEGER PRIMARY KEY); BEGIN")
        let insert = try database.prepare("INSERT INTO cards VALUES (?1)")
        for index in 0..<UInt64(count) {
            try insert.bind(Int64(bitPattern: Self.card(index).short ?? 0), at: 1)
            try insert.run()
        }
        try database.execute("COMMIT")
        return database
    }

    private func selectNanoseconds(_ database: borrowing Database, count: Int) throws -> Double {
        let select = try database.prepare("SELECT 1 FROM cards WHERE number = ?1")
        var failure: (any Error)?
        let nanoseconds = nanosecondsEach(of: Self.selects) { steps in
            Self.chain(count: count, steps: steps) { card in
                do {
                    try select.bind(Int64(bitPattern: card.short ?? 0), at: 1)
                    defer { select.reset() }
                    return try select.step()
                } catch {
                    failure = error
                    return false
                }
            }
        }
        if let failure { throw failure }
        return nanoseconds
    }
}
