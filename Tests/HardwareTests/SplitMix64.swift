/// A random source that a seed repeats (Steele, Lea and Flood, 2014).
nonisolated struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Bytes as a broken line might bring them: half of them those that frames are made of.
    mutating func line(upTo limit: Int) -> [UInt8] {
        let telling: [UInt8] = [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x02, 0xFE, 0xD5, 0x4B, 0x7F, 0x81]
        return (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            let word = next()
            return word & 1 == 0 ? UInt8(truncatingIfNeeded: word >> 8) : telling[Int(word >> 8) % telling.count]
        }
    }
}
