import Base

/// Ids that a seed reproduces, as everything else in a simulation.
struct RepeatableIDs: UnpredictableGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        // Not the numbers that pauses are made of.
        random = SeededGenerator(seed: random.next())
    }

    mutating func next() -> UInt64 { random.next() }
}
