/// xoshiro256** (Blackman and Vigna, 2018): chance as a value, so that a seed reproduces a run.
/// For pauses and simulations: from some of its numbers the others can be computed, so that no id is drawn from it.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seeds: (UInt64, UInt64, UInt64, UInt64)) {
        state = seeds == (0, 0, 0, 0) ? (1, 2, 3, 4) : seeds
    }

    /// Spreads one seed over the state by SplitMix64, as the generator's authors advise.
    public init(seed: UInt64) {
        var splitMix = seed
        func next() -> UInt64 {
            splitMix &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (splitMix ^ splitMix >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
        self.init(seeds: (next(), next(), next(), next()))
    }

    public mutating func next() -> UInt64 {
        let scrambled = state.1 &* 5
        let result = (scrambled << 7 | scrambled >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }
}
